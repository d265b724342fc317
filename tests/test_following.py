"""Questions that go on about what was talked about: what they mean, and which part of the article they are after."""

import pytest

from search import following
from search.library import Outcome
from tests.town import library


def test_what_is_read_next_stands_in_the_order_of_the_article_unless_the_question_asks_for_a_part() -> None:
    articles = library().articles
    device = articles["ict-middelen"]
    assert following.likely("krijg ik een laptop of tablet", device) == [1, 2, 3, 4]
    stopping = following.likely("en als ik ermee stop", device)[0]
    assert device.sections[stopping - 1].heading == "Wat als ik stop met het raadswerk?"
    motion = articles["motie"]
    first = following.likely("moet het college een motie uitvoeren", motion)[0]
    assert motion.sections[first - 1].heading == "Moet het college de motie uitvoeren?"


@pytest.mark.parametrize("said", ["en mijn treinkaartje?", "En een treinkaartje", "oke, en mijn parkeerkosten"])
def test_what_leads_in_a_new_subject_does_not_hide_it(said: str) -> None:
    assert library().ask(said, about="scholing").hits[0].article.id == "reiskosten"
    assert library().ask("en een cursus?", about="scholing").hits[0].article.id == "scholing"


def test_how_many_hours_is_not_how_much_money() -> None:
    articles = library().articles
    for said in ("hoeveel uur is dat", "en hoeveel uren krijg ik dan?"):
        number = following.section(said, articles["ambtelijke-bijstand"])
        assert number
        assert articles["ambtelijke-bijstand"].sections[number - 1].heading == "Hoeveel uren hulp krijg ik?"
    for name in ("scholing", "fractieondersteuning", "raadsvergoeding", "burgerraadslid"):
        found = library().ask("hoeveel uur is dat", about=name)
        assert (found.hits[0].article.id, found.section) == (name, None)
        assert following.section("hoeveel is dat", articles["scholing"])


def test_what_a_heading_names_is_no_new_subject() -> None:
    found = library().ask("en als ik stop?", about="ict-middelen")
    assert found.hits[0].article.id == "ict-middelen"
    assert found.section == 4
    assert following.named("en hoeveel is dat?", library().articles["ict-middelen"]) is None


@pytest.mark.parametrize("said", ["wie beslist?", "wat kost dat?", "wie beslist daarover?", "en voor een congres?"])
def test_what_names_nothing_new_is_about_the_same(said: str) -> None:
    assert library().ask(said, about="scholing").hits[0].article.id == "scholing"


def test_what_was_never_the_subject_does_not_become_it() -> None:
    assert library().ask("Wanneer is de borrel?", about="scholing").outcome is Outcome.HANDOVER
    assert library().ask("hoeveel vergoeding krijg ik", about="vragenrecht").hits[0].article.id == "raadsvergoeding"


def test_who_he_is_was_said_before() -> None:
    found = library().ask("kan hij me ontslaan", about="politiek-verlof-werkgever")
    assert found.outcome is Outcome.ANSWER
    assert found.hits[0].article.id == "politiek-verlof-werkgever"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("nee, ik bedoel de onkostenvergoeding", "de onkostenvergoeding"),
        ("oh sorry, ik bedoelde een amendement", "een amendement"),
        ("Nee niet een motie maar een amendement", "een amendement"),
        ("ik bedoel", "ik bedoel"),
        ("mag de raad nee zeggen", "mag de raad nee zeggen"),
        ("niet meestemmen, maar wel meepraten", "niet meestemmen, maar wel meepraten"),
    ],
)
def test_a_correction_is_what_is_meant_in_the_end(said: str, meant: str) -> None:
    assert following.meant(said) == meant


def test_a_question_that_is_a_heading_of_what_was_talked_about_is_that_part() -> None:
    found = library().ask("en hoe leggen we verantwoording af", about="fractieondersteuning")
    article = library().articles["fractieondersteuning"]
    assert found.hits[0].article is article
    assert found.section is not None
    assert article.sections[found.section - 1].heading == "Hoe leggen we verantwoording af?"
    assert following.headed("verantwoording", article) is None
    assert library().ask("en hoe leggen we verantwoording af", about="motie").hits[0].article is not article


@pytest.mark.parametrize("said", ["geldt dat ook voor mijn man?", "mag dat ook met een groep boze mensen"])
def test_asking_for_whom_a_rule_holds_is_no_alarm(said: str) -> None:
    assert library().ask(said, about="vervanging-ziekte-zwangerschap").outcome is not Outcome.EMERGENCY
    assert library().ask("er staat nu iemand met een mes voor mijn deur", about="motie").outcome is Outcome.EMERGENCY


@pytest.mark.parametrize(
    ("said", "about", "meant"),
    [
        ("krijg ik ook pensioen", "raadsvergoeding", "wachtgeld-uitkering"),
        ("moet ik daar belasting over betalen", "raadsvergoeding", "belasting-opting-in"),
        ("wat is dat opting in gedoe", "raadsvergoeding", "belasting-opting-in"),
        ("ik ben voorzitter van een commissie krijg ik dan meer", "verzekering", "raadscommissies"),
    ],
)
def test_what_fits_another_subject_alone_is_not_answered_from_this_one(said: str, about: str, meant: str) -> None:
    found = library().ask(said, about=about)
    assert (found.outcome, found.hits[0].article.id) == (Outcome.SUGGEST, meant)


@pytest.mark.parametrize(
    ("said", "about"),
    [("moet hij mij betalen", "politiek-verlof-werkgever"), ("moet dat in een verordening", "inwonersparticipatie")],
)
def test_what_could_be_many_subjects_stays_with_the_one_talked_about(said: str, about: str) -> None:
    assert library().ask(said, about=about).hits[0].article.id == about
