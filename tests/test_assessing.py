"""`raadsmaat kennis toets`, as a griffie or an administrator types it; and what an index costs that is added to."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from bot.commands import app
from search.articles import Article
from search.library import Library, Outcome, document
from search.meaning import WIDTH, Vectors
from tests.town import library

QUESTIONS = (
    '{"id": "a", "vraag": "hoe dien ik een motie in", "topic": "motie"}\n'
    '{"id": "b", "vraag": "hoe bak ik een taart", "topic": null}\n'
    '{"id": 3, "q": "mag ik een amendement indienen?", "rel": ["amendement", "stemming"]}\n'
)


def typed(*words: str | Path, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["kennis", "toets", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "vragen.jsonl"
    file.write_text(QUESTIONS, encoding="utf-8")
    return file


def test_both_kinds_of_questions_are_asked_and_each_gets_a_line(questions: Path, tmp_path: Path) -> None:
    out = tmp_path / "uit.jsonl"
    said = typed(questions, "--zonder-model", "--json", out)
    for expected in (
        "Vragen met een goed antwoord: 2; vragen die niet beantwoord horen te worden: 1",
        "R@1: 1,000",
        "MRR@10: 1,000",
        "Ten onrechte beantwoord: 0,0%",
        "(ECE): 0,",
    ):
        assert expected in said
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["a", "b", "3"]
    for line in lines:
        assert set(line) == {"id", "ranked", "scores", "p", "outcome"}
        assert line["outcome"] in set(Outcome)
        assert 0 <= line["p"] <= 1
        assert len(line["ranked"]) == len(line["scores"]) == len(set(line["ranked"]))
        assert line["scores"] == sorted(line["scores"], reverse=True)
    assert [line["ranked"][0] for line in (lines[0], lines[2])] == ["motie", "amendement"]


def test_another_collection_is_asked_in_the_same_way(tmp_path: Path) -> None:
    pieces, questions, out = (tmp_path / name for name in ("stukken.jsonl", "vragen.jsonl", "uit.jsonl"))
    pieces.write_text(
        '{"id": "kat", "title": "Huisdieren", "body": "De kat zit op de mat."}\n'
        '{"id": "geld", "body": "Belasting betaalt u vóór 1 mei."}\n'
        '{"id": "leeg", "body": ""}\n',
        encoding="utf-8",
    )
    questions.write_text('{"id": "1", "q": "wanneer betaal ik belasting?", "rel": ["geld"]}\n', encoding="utf-8")
    assert "R@1: 1,000" in typed(questions, "--stukken", pieces, "--zonder-model", "--json", out)
    assert json.loads(out.read_text(encoding="utf-8"))["ranked"][0] == "geld"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "staan geen vragen"),
        ("\n\n", "staan geen vragen"),
        (QUESTIONS + '{"id": "d"}\n', "vragen.jsonl, regel 4: er staat geen “vraag” en geen “q” in."),
        (QUESTIONS + "zomaar tekst\n", "vragen.jsonl, regel 4 is geen JSON."),
        (QUESTIONS + '{"id": "a", "vraag": "nog eens"}\n', "“a” staat er twee keer in"),
    ],
)
def test_a_broken_file_gets_a_sentence_and_writes_nothing(text: str, said: str, questions: Path) -> None:
    questions.write_text(text, encoding="utf-8")
    out = questions.with_name("uit.jsonl")
    out.write_text("dit stond er al\n", encoding="utf-8")
    assert said in typed(questions, "--zonder-model", "--json", out, code=1)
    assert out.read_text(encoding="utf-8") == "dit stond er al\n"


def test_a_file_that_is_not_there_or_cannot_be_written_gets_a_sentence(questions: Path, tmp_path: Path) -> None:
    assert "is er niet" in typed(tmp_path / "weg.jsonl", code=1)
    assert "staan geen stukken" in typed(questions, "--stukken", _empty(tmp_path), code=1)
    there = tmp_path / "map"
    there.mkdir()
    assert "kan niet worden geschreven" in typed(questions, "--zonder-model", "--json", there, code=1)
    assert "kan niet worden geschreven" in typed(
        questions, "--zonder-model", "--json", tmp_path / "geen" / "uit.jsonl", code=1
    )


def _empty(folder: Path) -> Path:
    file = folder / "leeg.jsonl"
    file.write_text("", encoding="utf-8")
    return file


def test_a_subject_that_is_not_in_the_knowledge_base_is_named(questions: Path) -> None:
    questions.write_text('{"id": "a", "vraag": "hoe dien ik een motie in", "topic": "moties"}\n', encoding="utf-8")
    assert "Deze onderwerpen staan niet in de kennisbank: moties." in typed(questions, "--zonder-model")


class Counting:
    """A model that notes what it is asked to read; what it makes of it does not matter here."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def query(self, texts: str) -> NDArray[np.float32]:
        self.read.append(texts)
        return np.full(WIDTH, WIDTH**-0.5, dtype=np.float32)

    passage = query


def _changed(article: Article) -> Article:
    first, *rest = article.sections
    return replace(article, sections=(replace(first, text="Deze zin is nieuw en staat er alleen."), *rest))


def test_a_changed_article_is_read_again_alone() -> None:
    articles = [library().articles[name] for name in ("motie", "amendement", "scholing")]
    first = Counting()
    kept = Library(articles).understand(first, {}, lambda: False)
    assert len(first.read) == len(kept) > 3

    again = Counting()
    same = Library(articles, known=kept)
    assert not same.understand(again, {}, lambda: False)
    assert not again.read

    changed = Counting()
    Library([_changed(articles[0]), *articles[1:]], known=kept).understand(changed, {}, lambda: False)
    assert all(text.startswith("Motie. ") for text in changed.read)  # pieces of that article, and no question
    assert any("Deze zin is nieuw" in text for text in changed.read)
    assert len(changed.read) < len(first.read) / 4


def test_the_articles_of_a_municipality_cost_no_copy_of_those_for_all() -> None:
    articles = [library().articles[name] for name in ("motie", "amendement", "scholing", "griffie")]
    whole = Library(articles)
    model = Counting()
    whole.understand(model, {}, lambda: False)
    national = whole._finders()[0]
    before = len(model.read)
    for place in range(1, 51):
        whole.local(place, [_changed(articles[place % 4])])
    assert whole._finders()[0] is national
    for own, finder in whole._local.values():
        assert [one.id for one in finder.documents] == list(own)  # its own alone
        assert finder._spelling is national._spelling
        assert finder._words.rarity == national._words.rarity
        assert finder._letters._rarity is national._letters._rarity
    # What fifty municipalities did not change is what is there for all: only what is new was read, and once.
    assert len(model.read) - before < before / 4


def test_the_vectors_that_are_shipped_are_those_of_the_articles() -> None:
    """After a change of an article: `raadsmaat kennis vectoren`."""
    from bot.entry import library as shipped

    assert not shipped().unknown()


@pytest.mark.exhaustive
def test_without_its_article_a_question_is_seldom_answered() -> None:
    """`python -m bench.search` does this with real questions for all articles; see docs/metingen/zoeken.md."""
    whole, asked, answered = library(), 0, list[str]()
    for name in ("motie", "reiskosten", "rekenkamer", "verzekering"):
        rest = [article for article in whole.articles.values() if article.id != name]
        left = Library(rest, whole._cards.values(), whole.vectors._known)
        left.understand(whole._model, {}, lambda: False)
        questions = document(whole.articles[name]).questions
        assert sum(whole.ask(one).outcome is Outcome.ANSWER for one in questions) >= 0.9 * len(questions)
        asked += len(questions)
        answered += [one for one in questions if left.ask(one).outcome is Outcome.ANSWER]
    assert len(answered) <= 0.25 * asked, answered


def test_a_vector_is_known_by_its_text() -> None:
    model, known = Counting(), Vectors()
    known.of(["een", "twee", "een"], model, question=False)
    assert model.read == ["een", "twee"]
