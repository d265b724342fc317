"""Reading the official XML of a law, and refusing what only looks like it."""

from pathlib import Path

import pytest
import typer
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.entry import KENNIS
from bot.law_commands import REPOSITORY, download, newest
from domain.lawtext import MOST_BYTES, LawText, read
from domain.messages import Refusal
from search.articles import load
from storage import laws
from storage.database import transaction
from tests.town import MONDAY, database, town

SAMPLE = Path(__file__).parents[2] / "shared" / "kennis" / "bwb" / "BWBR0018451_2025-01-01_toestand.xml"
ANSWER = SAMPLE.with_name("koop_sru_antwoord_BWBR0005537.xml")
LAW = """<?xml version="1.0" encoding="UTF-8"?>
<toestand bwb-id="BWBR0005416" inwerkingtreding="2026-10-01"><wetgeving>
<citeertitel>Gemeentewet<meta-data><x>weg</x></meta-data></citeertitel><wet-besluit><wettekst>
<artikel><kop><label>Artikel</label><nr>33</nr></kop>
<lid><lidnr>1</lidnr><al>De raad heeft <nadruk>recht</nadruk> op hulp.</al></lid>
<lid><lidnr>2</lidnr><al>Het gaat om:</al><lijst><li><li.nr>a.</li.nr><al>uren;</al></li></lijst></lid>
<meta-data><al>weg</al></meta-data></artikel>
<hoofdstuk><artikel><kop><nr>16</nr></kop><al>De raad maakt *regels*.</al></artikel></hoofdstuk>
</wettekst></wet-besluit></wetgeving></toestand>"""


def law() -> LawText:
    return read(LAW.encode())


def test_articles_and_leden_are_read() -> None:
    text = law()
    assert (text.bwb, text.title, f"{text.version}") == ("BWBR0005416", "Gemeentewet", "2026-10-01")
    assert [one.number for one in text.articles] == ["33", "16"]
    assert text.articles[0].leden == (("1", "De raad heeft recht op hulp."), ("2", "Het gaat om:\na. uren;"))
    assert text.articles[1].leden == (("", "De raad maakt *regels*."),)


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample of an official law is not here")
def test_a_real_law_is_read_whole() -> None:
    text = read(SAMPLE.read_bytes())
    assert text.title == "Wet op de zorgtoeslag"
    assert [one.number for one in text.articles] == ["1", "2", "3", "4", "4a", "5", "6", "7", "8"]
    assert [number for number, _ in text.articles[1].leden] == ["1", "2", "3", "4", "5", "6", "7"]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><toestand>&b;</toestand>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><toestand>&a;</toestand>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB, "entiteiten"),
        (OUTSIDE, "entiteiten"),
        ("<a>" * 100 + "</a>" * 100, "te diep"),
        ("<toestand", "geen geldige XML"),
        ("", "geen geldige XML"),
        ("<html/>", "geen BWB-nummer"),
        (LAW.replace("2026-10-01", "oktober"), "vanaf welke dag"),
        (LAW.replace("artikel>", "stuk>"), "geen enkel artikel"),
    ],
)
def test_what_is_no_law_is_refused_with_a_sentence(content: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        read(content.encode())


def test_a_file_that_is_too_big_is_not_even_parsed() -> None:
    with pytest.raises(Refusal, match="te groot"):
        read(b"<" * (MOST_BYTES + 1))


@given(st.binary(max_size=300) | st.text(alphabet="<>/&;!ab artikel\"='", max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with pytest.raises(Refusal):
        read(content)


@given(st.text(max_size=40).filter(str.isprintable))
def test_any_words_in_an_article_come_out_as_they_went_in(words: str) -> None:
    from xml.sax.saxutils import escape

    made = read(LAW.replace("De raad maakt *regels*.", f"x {escape(words)}").encode())
    assert made.articles[1].leden == (("", " ".join(f"x {words}".split())),)


def test_only_the_official_address_is_followed() -> None:
    good = f"{REPOSITORY}/bwb/BWBR0005416/2026-10-01_0/xml/BWBR0005416_2026-10-01_0.xml"
    older = good.replace("2026-10-01", "2020-01-01")
    assert newest(f"<a>{older}</a><a>{good}</a>", "BWBR0005416") == good
    corrected = good.replace("_0", "_1")
    assert newest(f"<a>{corrected}</a><a>{good}</a>", "BWBR0005416") == corrected
    for wrong in (
        "",
        good.replace("overheidspublicaties.nl", "overheidspublicaties.nl.evil"),
        good.replace("5416", "1"),
    ):
        with pytest.raises(typer.Exit):
            newest(wrong, "BWBR0005416")


@pytest.mark.skipif(not ANSWER.exists(), reason="the sample answer of the search service is not here")
def test_a_real_answer_of_the_search_service_is_understood() -> None:
    address = newest(ANSWER.read_text(encoding="utf-8-sig"), "BWBR0005537")
    assert address == f"{REPOSITORY}/bwb/BWBR0005537/2026-06-04_0/xml/BWBR0005537_2026-06-04_0.xml"


@pytest.mark.asyncio
async def test_the_text_of_today_is_asked_for_and_fetched() -> None:
    asked: list[dict[str, str]] = []

    async def search(request: web.Request) -> web.Response:
        asked.append(dict(request.query))
        place = f"{server.make_url('/bwb/BWBR0005416/2026-10-01_0/xml/BWBR0005416_2026-10-01_0.xml')}"
        return web.Response(text=f"<locatie_toestand>{place}</locatie_toestand>", content_type="text/xml")

    async def law_file(request: web.Request) -> web.Response:
        return web.Response(body=LAW.encode())

    app = web.Application()
    app.router.add_get("/sru/Search", search)
    app.router.add_get("/bwb/BWBR0005416/2026-10-01_0/xml/BWBR0005416_2026-10-01_0.xml", law_file)
    async with TestServer(app) as server:
        base = str(server.make_url("")).rstrip("/")
        content = await download("BWBR0005416", f"{base}/sru/Search", base)
        with pytest.raises(typer.Exit):
            await download("BWBR0005416", f"{base}/sru/Elders", base)
    assert read(content) == law()
    assert asked[0]["x-connection"] == "BWB"
    identifier, day = asked[0]["query"].split(" and ")
    assert identifier == "dcterms.identifier==BWBR0005416"
    assert day.startswith("overheidbwb.geldigheidsdatum==20")


def test_references_are_checked_against_the_text(tmp_path: Path) -> None:
    with transaction(database(tmp_path)) as session:
        assert laws.problems(session, load(KENNIS)) == []
        laws.store(session, law(), MONDAY)
        laws.store(session, law(), MONDAY)
        said = laws.problems(session, load(KENNIS))
    assert "ambtelijke-bijstand: Gemeentewet, artikel 33 heeft geen lid 3 in de ingelezen tekst." in said
    assert not any("motie: Gemeentewet, artikel 16 " in line for line in said)
    assert "motie: Gemeentewet, artikel 155 staat niet in de ingelezen tekst." in said


@pytest.mark.asyncio
async def test_the_literal_article_is_read_below_an_answer(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await here.says("anna", "/lees motie")
        assert "Lees het artikel" not in [choice.label for choice in here.last("anna").choices]
        with transaction(here.engine) as session:
            laws.store(session, law(), here.now)
        await here.says("anna", "/lees motie")
        [letter] = await here.presses("anna", "Lees het artikel")
        assert letter.plain.startswith(
            "Gemeentewet, artikel 16\n\nDe raad maakt *regels*.\n\nTekst van 1 oktober 2026."
        )
