"""The articles that are shipped, what is wrong with one that is not right, and whether they are found."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.entry import KENNIS
from domain.markup import html, units
from handlers import reading
from handlers.reading import MORE, RELATED
from search.articles import Article, ArticleError, address, load, parse
from search.library import Outcome
from search.references import named
from tests.town import MONDAY, library, town

GOOD = """---
id: goed
titel: Een goed artikel
kort: Zo moet het.
bronnen:
  - wet: Gemeentewet
    bwb: BWBR0005416
    artikel: "33"
    versie: 2026-10-01
gecontroleerd: 2026-11-01
controleren_voor: 2027-11-01
voor: [raadslid]
vragen:
  - hoe moet het
acties: [vraag]
---
## Hoe dan?

Zo dan.

## En verder?

- Niets.
"""

ARTICLES = [pytest.param(article, id=article.id) for article in load(KENNIS)]
TAG = re.compile(r"</?(\w+)")


@pytest.mark.parametrize("article", ARTICLES)
def test_each_article_that_is_shipped_can_be_shown(article: Article) -> None:
    about = article.about
    assert about.bronnen or about.volgens
    assert about.gecontroleerd <= MONDAY.date() < about.controleren_voor
    assert set(about.verwant) <= set(library().articles) - {article.id}
    assert about.vragen
    for section in article.sections:
        assert section.heading
        assert section.text
        assert set(TAG.findall(html(section.text))) <= {"b", "i", "a", "code"}
        assert "**" not in html(section.text)
        assert units(section.text) < 4000
    # A button on a telephone is one line; Telegram cuts off what is longer.
    assert all(len(section.heading) <= 60 for section in article.sections)
    assert len({section.heading for section in article.sections}) == len(article.sections)


@pytest.mark.parametrize("article", ARTICLES)
def test_each_article_of_law_that_a_text_names_is_among_its_sources(article: Article) -> None:
    about = article.about
    texts = [about.kort, *about.kort_voor.values(), *(section.text for section in article.sections)]
    there = {source.artikel for source in about.bronnen}
    # Without sources an article names the law as what somebody else says of it.
    assert not there or {number for text in texts for number in named(text)} <= there


def test_articles_of_law_are_read_in_every_way_they_are_named() -> None:
    assert [*named("(artikelen 16 tot en met 19 van de Wet gemeenschappelijke regelingen)")] == ["16", "17", "18", "19"]
    assert [*named("Artikel X 10 lid 2 van de Kieswet; artikelen 22 en 82 lid 5, en 213a")] == ["X 10", "22", "82"]
    assert [*named("artikelen 3.4.3, 3.1.4a en 5.4a lid 1, ook artikel 33.")] == ["3.4.3", "3.1.4a", "5.4a", "33"]
    assert [*named("De oude artikelen 25 en 55 gelden niet; elk artikel telt, en artikel 2024-05")] == ["2024"]


@pytest.mark.exhaustive
@pytest.mark.asyncio
async def test_each_article_and_each_button_below_it_has_an_answer(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        says: set[str] = set()
        for name in library().articles:
            shown = {choice.says for choice in (await here.says("anna", f"/lees {name}"))[0].choices}
            if (more := f"/lees {name} {MORE}") in shown:
                shown |= {choice.says for choice in (await here.says("anna", more))[0].choices}
            says |= shown
        assert {f"/nuttig {name} ja" for name in library().articles} <= says
        others = {command for command in says if not command.startswith(("/lees ", "/nuttig "))}
        assert others == {"/vraag", "/training", "/aanvragen", "/agenda"}
        first_of_each = {command for command in says if command.endswith(" 1")}
        assert len(first_of_each) > 50
        near = {command for command in says if command.endswith(f" {RELATED}")}
        assert len(near) > 50
        for command in others | first_of_each | near:
            assert "ken ik niet" not in (await here.says("anna", command))[0].plain
            await here.says("anna", "/annuleer")


def test_a_good_article_is_read() -> None:
    article = parse(GOOD, "goed.md")
    assert [section.heading for section in article.sections] == ["Hoe dan?", "En verder?"]
    assert article.sections[1].text == "- Niets."
    assert article.about.bronnen[0].link == "https://wetten.overheid.nl/BWBR0005416/2026-10-01#Artikel33"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("---\nid: goed\n", "id: goed\n", "fout.md, regel 1: het artikel begint niet met een blok"),
        ("id: goed", "id: anders", "fout.md, regel 2: id “anders” is niet de naam van het bestand"),
        ("titel: Een goed artikel", "titel: [", "fout.md, regel "),
        ("kort: Zo moet het.", "kort: ''", "fout.md, regel 4: kort"),
        ("bwb: BWBR0005416", "bwb: Gemeentewet", "fout.md, regel 7: bronnen.0.bwb: heeft niet de goede vorm"),
        ("versie: 2026-10-01", "versie: oktober", "fout.md, regel 9: bronnen.0.versie: is geen datum"),
        ('artikel: "33"', "artikel: 33", "fout.md, regel 8: bronnen.0.artikel: is geen tekst"),
        ('artikel: "33"', 'artikkel: "33"', "fout.md, regel 8: bronnen.0.artikkel: deze naam bestaat hier niet"),
        ('artikel: "33"', 'artikkel: "33"', "fout.md, regel 6: bronnen.0.artikel: ontbreekt"),
        ("- hoe moet het", "- hoe moet het\n  - ''", "fout.md, regel 15: vragen.1: is leeg"),
        ("acties: [vraag]", "waarden:\n  - naam: A b\n    wat: x", "fout.md, regel 16: waarden.0.naam"),
        ("acties: [vraag]", "acties: [vraag,\n  agenda,\n  bel]", "fout.md, regel 17: acties.2: is niet een van"),
        ("titel: Een goed artikel\n", "", "fout.md, regel 2: titel: ontbreekt"),
        ("kort: Zo moet het.", "kort: Zo.\nkort_voor:\n  x: Zus.", "fout.md, regel 6: kort_voor.x"),
        ("gecontroleerd: 2026-11-01", "gecontroleert: 2026-11-01", "fout.md, regel 10: gecontroleert"),
        ("voor: [raadslid]", "voor: [burgemeester]", "fout.md, regel 12: voor.0"),
        ("acties: [vraag]", "acties: [bellen]", "fout.md, regel 15: acties.0"),
    ],
)
def test_what_is_wrong_with_an_article_is_said_with_the_file_and_the_line(right: str, wrong: str, said: str) -> None:
    assert right in GOOD
    text = GOOD.replace("id: goed", "id: fout").replace(right.replace("id: goed", "id: fout"), wrong)
    with pytest.raises(ArticleError, match=re.escape(said)):
        parse(text, "fout.md")


def test_everything_that_is_wrong_with_a_folder_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "goed.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "een.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "leeg.md").write_text("", encoding="utf-8")
    with pytest.raises(ArticleError) as caught:
        load(tmp_path)
    assert [line.split(",")[0] for line in str(caught.value).splitlines()] == ["een.md", "leeg.md"]


def test_an_article_that_is_referred_to_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "goed.md").write_text(GOOD.replace("acties:", "verwant: [weg]\nacties:"), encoding="utf-8")
    with pytest.raises(ArticleError, match=r"goed\.md: verwant artikel “weg” bestaat niet"):
        load(tmp_path)


def test_a_slot_that_is_used_must_be_declared(tmp_path: Path) -> None:
    (tmp_path / "goed.md").write_text(GOOD.replace("Zo dan.", "Het is {{goed.bedrag}}."), encoding="utf-8")
    with pytest.raises(ArticleError, match=r"goed\.md: waarde “goed\.bedrag” staat bij geen artikel"):
        load(tmp_path)


@pytest.mark.exhaustive
def test_articles_are_found_by_their_own_questions() -> None:
    asked = [(article.id, question) for article in library().articles.values() for question in article.about.vragen]
    missed = [
        question for name, question in asked if [hit.article.id for hit in library().ask(question).hits][:1] != [name]
    ]
    share = 1 - len(missed) / len(asked)
    print(f"{len(asked)} questions, {share:.1%} find their article first; not: {missed}")
    assert share >= 0.95


ELSEWHERE = [
    "wat is de hoofdstad van peru",
    "wat voor weer wordt het morgen",
    "wie wint de verkiezingen",
    "kunt u een gedicht schrijven",
    "hoe maak ik pannenkoeken",
    "wanneer wordt mijn vuilnis opgehaald",
    "ik wil mijn paspoort verlengen",
    "wat kost een hond",
    "mijn buurman maakt lawaai",
    "hoe vraag ik een omgevingsvergunning aan voor mijn dakkapel",
    "wat is de mening van de vvd over stikstof",
    "hoe kom ik in de sportschool",
    "kunt u mijn wachtwoord resetten",
    "wie is de beste partij",
    "wat is 12 maal 12",
    "waar is de borrel",
    "ik ben mijn sleutel kwijt",
    "asdf qwer",
]


@pytest.mark.parametrize("question", ELSEWHERE)
def test_a_question_about_something_else_is_not_answered_as_if_it_were_sure(question: str) -> None:
    assert library().ask(question).outcome is not Outcome.ANSWER


@pytest.mark.parametrize("question", ["", "   ", "?!", "de het een", "😀", "\x00", "a" * 100_000, "١٢٣"])
def test_words_that_say_nothing_find_nothing(question: str) -> None:
    assert library().ask(question).outcome is Outcome.HANDOVER


def test_a_link_holds_no_space() -> None:
    assert address("BWBR0004627", date(2026, 10, 1), "X 10").endswith("/BWBR0004627/2026-10-01#ArtikelX10")


def test_the_leden_of_an_article_of_law_stand_in_order() -> None:
    for article in library().articles.values():
        for line in reading._sources(article.about.bronnen):
            for leden in re.findall(r" lid ([^]]+)\]", line):
                read = [int(lid) for lid in re.findall(r"\d+", leden)]
                assert read == sorted(read), (article.about.id, line)
    source = library().articles["openbaarheid-vergadering"].about.bronnen[0]
    mixed = [source.model_copy(update={"lid": lid}) for lid in ("10", "2a", "3", "2", "1")]
    assert "lid 1, 2, 2a, 3 en 10]" in reading._sources(mixed)[0]
