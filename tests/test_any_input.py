"""Whatever somebody says, wherever they are: one answer, never an accident, and the bot goes on."""

import asyncio
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import col
from structlog.testing import capture_logs

from domain.markup import html
from domain.messages import Kind, readable
from handlers import conversation
from handlers.routes import ROUTES
from storage.database import transaction
from storage.tables import Question
from tests.town import Letter, Town, town

pytestmark = pytest.mark.exhaustive

TRAINING = ["/training", "Debat", "Academie", "morgen", "100", "Nodig"]
MEETING = ["/vergadering", "ruimte", "morgen 15.00 uur", "zaal", "nee", "Wonen"]
# What leads to each question of each form, and to its summary; what is said next may be anything.
ANNA = [
    [],
    *([TRAINING[:length] for length in range(1, 7)]),
    [*TRAINING, "wijzigen"],
    [*TRAINING, "wijzigen", "kosten"],
    ["/vraag"],
    ["/vraag Wie belt?"],
    ["/vraag Wie belt?", "ja"],
    ["Wanneer is de borrel?"],
    ["hoe zit het met vertrouwelijke dingen en commissies"],
    ["Hoe dien ik een motie in?"],
    ["/instellingen"],
    ["/stop"],
    ["/vraag Wie?", "ja", "ja", "griet: /neem {question}"],
    ["/vraag Wie?", "ja", "ja", "griet: /neem {question}", "Nog iets"],
    ["/vraag Wie?", "anoniem", "ja", "griet: /doorvraag {question}", "griet: Wie bedoelt u?", "griet: ja"],
    ["/vraag Wie?", "vertrouwelijk", "nee", "ja", "griet: /doorvraag {question}", "griet: Wie?", "griet: ja", "Ik"],
    ["/reageer {question}", "Nog iets"],
]
GRIET = [
    [],
    *([MEETING[:length] for length in range(1, 7)]),
    [*MEETING, "nee"],
    ["/agenda", "/verplaats 1"],
    ["/verplaats 1", "morgen 15.00 uur"],
    ["/verplaats 1", "morgen 15.00 uur", "nee"],
    ["/afgelasten 2"],
    ["/afgelasten 2", "nee"],
    ["/afgelasten 4"],
    ["/bericht"],
    ["/bericht", "raadsleden"],
    ["/bericht", "raadsleden", "Hallo"],
    ["/goedkeuren 1"],
    ["/goedkeuren 1", "nee"],
    ["/afwijzen 1"],
    ["/afwijzen 1", "Te duur"],
    ["/beantwoord 1"],
    ["/beantwoord 1", "Ja"],
    ["/doorvraag 1", "Wie?"],
    ["/beantwoord 1", "Ja, dat mag", "ja", "/maakartikel 1"],
    ["/maakartikel 1", "wijzigen"],
    ["/artikel", "Pas", "Bij de balie.", "waar", "Kop", "Tekst"],
    ["/deel lokaal-1"],
    ["/deel lokaal-1", "Kop"],
    ["/deel lokaal-1", "Kop", "Tekst"],
    ["/waarneming"],
    ["/wachttijd"],
    ["/wachttijd", "2", "3"],
    ["/werktijd"],
    ["/werktijd", "ma"],
    ["/werktijd", "ma", "9-17"],
    ["/gesloten"],
    ["/gesloten", "Reces"],
    ["/gesloten", "Reces", "morgen"],
    ["/gesloten", "Reces", "morgen", "overmorgen"],
]
WORDS = sorted({f"/{word}" for route in ROUTES for word in route.words} - {"/ontkoppel"})
NASTY = [
    "", " ", "\n", "\x00", "\x00\x01\x7f", "\u202egnirts", "\u200b", "\ufeff", "\ud800", "😀", "👍",
    "👨\u200d👩\u200d👧", "a\u0301" * 50,
    "**", "_", "`", "[", "](", "[a](http://b.example)", "<b>hoi</b>", "</code>", "&lt;", "\\", "\\\\", "- x",
    "a\\\n- b",
    "/", "//", "/ ", "/@", "/stop@raadsmaat", "/start", "/start x", "/code ' OR 1=1 --", "'; DROP TABLE member; --",
    "0", "1", "9", "10", "99", "-1", "1.", "1)", "٣", "１", "²", "½", "1e9", "9" * 30, "0x1", "1" * 5000,
    "ja", "nee", "Ja.", "stop!", "terug", "wijzigen", "toch niets", "overslaan", "ja nee", "Ja, versturen", "help",
    "31-2-2027", "32 december", "25.00 uur", "31 december 9999 23.59", "1-1-0001", "morgen 2.30 uur", "€ 0,001", "-5",
    "999999999999", "x" * 250, "woord " * 3000, "😀" * 5000, "\n" * 5000, "a" * 1_000_000, "é" * 20_001,
]  # fmt: skip
SAID = (
    st.sampled_from(NASTY)
    | st.text(max_size=60)
    | st.text(alphabet="ab \\`*_[]()<>&\"'-/\n1.😀\u200d\u202e", max_size=40)
    | st.builds("{} {}".format, st.sampled_from(WORDS), st.sampled_from(NASTY) | st.text(max_size=20))
)
TAG = re.compile(r"</?(\w+)")


async def prepared(here: Town) -> None:
    """A question and a request that wait for the griffie."""
    for text in ("/vraag Wie belt mij?", "ja", "ja", *TRAINING, "ja"):
        await here.says("bram", text)


def one_answer(letters: list[Letter], who: str, said: str) -> None:
    own = [letter for letter in letters if letter.to == who]
    assert len(own) == 1, (said[:80], [letter.plain[:80] for letter in own])
    for letter in letters:
        assert letter.plain.strip()
        assert "Er ging iets mis" not in letter.plain
        assert set(TAG.findall(html(letter.text))) <= {"b", "i", "a", "code"}
        assert all(choice.label.strip() and choice.says.strip() for choice in letter.choices)


async def hold(who: str, turns: list[tuple[list[str], str]], folder: Path) -> None:
    async with town(folder) as here:
        await prepared(here)
        for before, said in turns:
            for text in ("/annuleer", *before):
                await told(here, who, text)
            one_answer(await here.says(who, readable(said)), who, said)
        one_answer(await here.says(who, "/help"), who, "/help")


async def told(here: Town, who: str, text: str) -> None:
    """Somebody says something; “griet: …” is said by her, and {question} is the number of the last question."""
    speaker, colon, words = text.partition(": ")
    with transaction(here.engine) as session:
        number = session.scalar(select(func.max(col(Question.id))))
    await here.says(speaker if colon else who, (words if colon else text).replace("{question}", str(number)))


def turns(starts: list[list[str]]) -> st.SearchStrategy[list[tuple[list[str], str]]]:
    return st.lists(st.tuples(st.sampled_from(starts), SAID), min_size=1, max_size=12)


def check(who: str, held: list[tuple[list[str], str]]) -> None:
    with TemporaryDirectory() as folder, capture_logs() as logs:
        asyncio.run(hold(who, held, Path(folder)))
    assert [entry for entry in logs if entry["log_level"] == "error"] == []


FEW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)


@given(turns(ANNA))
@example([([], text) for text in NASTY])
@FEW
def test_anything_a_raadslid_says_gets_one_answer(held: list[tuple[list[str], str]]) -> None:
    check("anna", held)


@given(turns(GRIET))
@FEW
def test_anything_the_griffie_says_gets_one_answer(held: list[tuple[list[str], str]]) -> None:
    check("griet", held)


@given(turns([[]]))
@example([([], text) for text in NASTY])
@FEW
def test_anything_a_stranger_says_gets_one_answer(held: list[tuple[list[str], str]]) -> None:
    check("vreemde", held)


@pytest.mark.parametrize("who", ["anna", "griet"])
def test_every_nasty_text_at_every_question(who: str) -> None:
    starts = ANNA if who == "anna" else GRIET
    few = ["\x00", "😀", "**", "<b>hoi</b>", "9" * 30, "a" * 30_000, "²", "- x"]
    check(who, [(start, text) for number, start in enumerate(starts) for text in few[number % 2 :: 2]])


@pytest.mark.asyncio
async def test_any_token_of_a_button_and_any_photo_gets_one_answer(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for start in ([], ["/training"], ["Wanneer is de borrel?"]):
            for text in start:
                await here.says("anna", text)
            for token in ("", ".", "1", "1.", ".1", "1.1.1", "²", "²·", "1.²", "9" * 99 + ".0", "-1.-1", "1.99", "a.b"):
                one_answer(await here.says("anna", token, kind=Kind.PRESSED), "anna", token)
            letters = await here.says("anna", "", kind=Kind.UNREADABLE)
            one_answer(letters, "anna", "photo")
            assert letters[0].plain.startswith(conversation.UNREADABLE)
            await here.says("anna", "/annuleer")
