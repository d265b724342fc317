"""A sentence that asks for a command is that command, a courtesy is no question, and a question is neither."""

import json
from pathlib import Path

import pytest

from domain.messages import slashed
from handlers import small_talk, wishes
from handlers.routes import _BY_HELP, _BY_WORD, ROUTES

PRACTICE = Path(__file__).parents[2] / "shared" / "kennis"


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("Ik wil graag een cursus volgen", "training"),
        ("training aanvragen", "training"),
        ("Hoeveel budget heb ik eigenlijk nog?", "aanvragen"),
        ("hoe staat het met mijn aanvraag??", "aanvragen"),
        ("wanneer is de volgnde raadsvergadering", "agenda"),
        ("is er volgende week vergadering", "agenda"),
        ("wat is het telefoonnummer van de griffie?", "openingstijden"),
        ("ik wil iets vragen aan de griffie", "vraag"),
        ("ik wil geen herinneringen meer", "stop"),
        ("Wat kun je allemaal?", "help"),
        ("vergadering invoeren", "vergadering"),
        ("een bericht sturen aan een groep", "bericht"),
        ("welke gegevens bewaren jullie van mij?", "privacy"),
        ("kun je mijn gegevens wissen", "privacy"),
        ("mijn gegevens", "gegevens"),
        ("Hoe zie ik mijn eigen gegevens?", "gegevens"),
        ("waarom is mijn aanvraag afgewezen", "aanvragen"),
        ("ik wil een aanvraag intrekken", "aanvragen"),
        ("hoe laat begint de raad", "agenda"),
        ("hoe kom ik bij de griffie", "openingstijden"),
        ("alleen een dag ervoor", "instellingen"),
        ("verwijder alles", "privacy"),
        ("welke commissie zit ik in", "gegevens"),
        ("hoi ik ben nieuw wat heb ik allemaal recht op", "themas"),
        ("stuur een bericht naar alle raadsleden", "bericht"),
        ("ik wil iedereen iets laten weten", "bericht"),
        ("hoe wis ik de gegevens van een oud-raadslid?", "wissen"),
    ],
)
def test_a_wish_is_the_command_that_does_it(said: str, command: str) -> None:
    assert wishes.command(said, _BY_HELP) == command


def test_the_griffie_asks_what_there_is_to_do() -> None:
    for said in ("zijn er nog vragen?", "wat moet ik doen"):
        assert wishes.command(said, _BY_HELP, griffie=True) == "vragen"
        assert wishes.command(said, _BY_HELP) == ""


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("ik wil namens Anna een vraag stellen", "anna"),
        ("namens Anna de Vries", "anna de vries"),
        ("Een vraag stellen namens Piet.", "piet"),
        ("mag ik namens de fractie spreken", ""),
        ("namens", ""),
    ],
)
def test_the_griffie_does_something_on_behalf_of_somebody(said: str, who: str) -> None:
    assert wishes.on_behalf_of(said) == who


@pytest.mark.parametrize(
    "said",
    [
        "mag ik een cursus volgen",
        "hoe werkt dat?",
        "wat kan ik doen?",
        "wat is dat",
        "ik wil stoppen als raadslid",
        "vraag stellen aan het college",
        "hoe lang van tevoren komt de agenda",
        "hoeveel budget krijgt de fractie",
        "is de vergadering openbaar",
        "ik wil",
        "",
        "ik wil een training " * 20,
    ],
)
def test_what_is_said_about_the_rules_is_no_wish(said: str) -> None:
    assert wishes.command(said, _BY_HELP) == ""


def test_every_wish_is_for_a_command_and_means_one_thing() -> None:
    ways = [(wishes.telling(way), command) for command, listed in wishes.WISHES.items() for way in listed.split(",")]
    assert all(way and command in _BY_WORD for way, command in ways)
    meant: dict[tuple[str, ...], str] = {}
    for way, command in [*ways, *_BY_HELP.items()]:
        assert meant.setdefault(way, command) == command, way


def test_the_words_of_help_do_what_they_say() -> None:
    for route in ROUTES:
        if route.help:
            assert wishes.command(route.help, _BY_HELP) == route.words[0], route.help


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("ok dankjewel", "Graag gedaan"),
        ("hoi ben er weer", "Dag!"),
        ("pff te duur", "Dat is jammer"),
        ("neen", "Goed. U kunt het altijd later vragen"),
        ("dit is toch geen antwoord op mijn vraag!", "Het spijt me dat ik u niet goed hielp"),
        ("mijn naam erbij is prima", "Ik weet niet waar u ja op zegt"),
        ("Top, dank je wel voor je snelle reactie!", "Graag gedaan"),
        ("fijn, dan weet ik dat", "Graag gedaan"),
        ("👍🏻👍", "Graag gedaan"),
        ("HALLO, is daar iemand??", "Dag!"),
        ("hoi, ik heb een vraag", "Natuurlijk"),
        ("nee bedoel ik niet", "Het spijt me"),
        ("sorry maar dat bedoel ik niet", "Het spijt me"),
        ("kan jij mij bellen?", "Ik ben een computerprogramma en kan niet bellen"),
        ("leuk, ik kom!", "Ik geef niet door"),
        ("nee bedankt", "Goed."),
        ("haha sorry", "Ik ben er"),
        ("ja graag", "Ik weet niet waar u ja op zegt"),
    ],
)
def test_a_courtesy_is_answered_as_one(said: str, answer: str) -> None:
    courtesy = small_talk.answer(said)
    assert courtesy
    assert courtesy.text.startswith(answer)


@pytest.mark.parametrize(
    "said", ["ok maar hoe zit het met reiskosten", "ik kan niet meer", "goed nieuws", "", "…", "dus"]
)
def test_more_than_a_courtesy_is_none(said: str) -> None:
    assert small_talk.answer(said) is None


@pytest.mark.parametrize(
    ("said", "meant"), [("!help", "/help"), ("!Training", "/Training"), ("! help", "! help"), ("!!!", "!!!"), ("", "")]
)
def test_an_exclamation_mark_is_a_slash(said: str, meant: str) -> None:
    assert slashed(said) == meant


@pytest.mark.skipif(not PRACTICE.is_dir(), reason="the practice questions are not on this computer")
def test_no_practice_question_about_a_subject_is_taken_for_something_else() -> None:
    asked = [
        json.loads(line)
        for file in PRACTICE.rglob("*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    questions = [one["vraag"] for one in asked if one.get("topic") and "vraag" in one]
    assert questions
    taken = [one for one in questions if small_talk.answer(one) or wishes.command(one, _BY_HELP)]
    assert not taken
