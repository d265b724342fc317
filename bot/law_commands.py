"""`raadsmaat wetten …`: importing the official text of laws, for the button “Lees het artikel”."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.entry import KENNIS, database, stop, unreached

if TYPE_CHECKING:
    import aiohttp

laws = typer.Typer(help="De wetteksten achter de antwoorden.", no_args_is_help=True)

SEARCH = "https://zoekservice.overheid.nl/sru/Search"
REPOSITORY = "https://repository.officiele-overheidspublicaties.nl"
_BWB = re.compile(r"BWBR\d{7}")
_SECONDS = 60


@laws.command("lees")
def read_file(bestand: Annotated[Path, typer.Argument(help="Een XML-bestand van de wet (toestand).")]) -> None:
    """Lees een wet in uit een bestand."""
    from domain.lawtext import MOST_BYTES

    try:
        with bestand.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        stop(f"Het bestand {bestand} kan niet worden gelezen: {unreached(error)}.")
    _store(content)


@laws.command("haal")
def fetch(bwb: Annotated[str, typer.Argument(help="Het BWB-nummer, zoals BWBR0005416 (Gemeentewet).")]) -> None:
    """Haal een wet op bij de overheid, zoals die nu geldt."""
    bwb = bwb.strip().upper()
    if not _BWB.fullmatch(bwb):
        stop("Een BWB-nummer is BWBR met zeven cijfers, zoals BWBR0005416.")
    _store(asyncio.run(download(bwb)), bwb)


@laws.command("lijst")
def listed() -> None:
    """Toon welke wetten zijn ingelezen. Ook welke verwijzingen van de kennisbank daar niet in staan."""
    from search.articles import load
    from storage import laws as texts

    with database() as session:
        here = texts.imported(session)
        for law in here:
            typer.echo(f"{law.bwb}  tekst van {law.version:%d-%m-%Y}  {law.title}")
        if not here:
            typer.echo("Er zijn nog geen wetten ingelezen. Doe dat met: raadsmaat wetten haal BWBR0005416")
        for line in texts.problems(session, load(KENNIS)):
            typer.echo(line)


def _store(content: bytes, expected: str = "") -> None:
    from domain.lawtext import read
    from domain.messages import Refusal
    from storage import laws as texts

    try:
        text = read(content)
    except Refusal as refusal:
        stop(refusal.sentence)
    if expected and text.bwb != expected:
        stop(f"Er kwam een andere wet dan gevraagd: {text.bwb}. Er is niets ingelezen.")
    with database() as session:
        texts.store(session, text, datetime.now(UTC))
    typer.echo(f"Ingelezen: {text.title}, {len(text.articles)} artikelen, tekst van {text.version:%d-%m-%Y}.")


async def download(bwb: str, search: str = SEARCH, repository: str = REPOSITORY) -> bytes:
    """The newest text of a law. The address comes from the search service, but only the official one is followed."""
    import aiohttp

    # The day is in the question: of a law with a long history the newest texts would not be among the first.
    wanted = f"dcterms.identifier=={bwb} and overheidbwb.geldigheidsdatum=={datetime.now(UTC):%Y-%m-%d}"
    query = {"operation": "searchRetrieve", "version": "1.2", "x-connection": "BWB", "maximumRecords": "50",
             "query": wanted}  # fmt: skip
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS)) as session:
            found = (await _get(session, search, query)).decode("utf-8", errors="replace")
            address = newest(found, bwb, repository)
            return await _get(session, address, {})
    except (aiohttp.ClientError, TimeoutError):
        stop("De overheidssite antwoordt niet goed. Probeer het later, of gebruik: raadsmaat wetten lees BESTAND.xml")


def newest(found: str, bwb: str, repository: str = REPOSITORY) -> str:
    """The address of the newest text of a law in an answer of the search service, in the one form it may have.

    Ends the program with a sentence when there is none.
    """
    form = re.escape(repository) + rf"/bwb/{bwb}/(\d{{4}}-\d\d-\d\d)_(\d{{1,3}})/xml/{bwb}_\1_\2\.xml"
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    # A text that was corrected keeps its day, with a higher number.
    addresses = {(match[1], int(match[2])): match[0] for match in re.finditer(form, found) if match[1] <= today}
    if not addresses:
        stop(f"Van {bwb} is geen geldende tekst gevonden. Klopt het nummer?")
    return addresses[max(addresses)]


async def _get(session: "aiohttp.ClientSession", address: str, query: dict[str, str]) -> bytes:
    from domain.lawtext import MOST_BYTES

    async with session.get(address, params=query, allow_redirects=False) as response:
        if response.status != 200:
            stop(f"De overheidssite gaf een fout ({response.status}). Probeer het later opnieuw.")
        content = bytearray()
        async for chunk in response.content.iter_chunked(65536):
            content += chunk
            if len(content) > MOST_BYTES:
                stop("Wat de overheidssite stuurde, is te groot voor een wet.")
        return bytes(content)
