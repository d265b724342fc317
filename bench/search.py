"""Measures the search: how well beside plain BM25, what it does when an article is missing, how fast and how large.

    python -m bench.search VRAGEN.jsonl... [--wetten STUKKEN.jsonl] [--vragen-elders VRAGEN.jsonl
        --stukken STUKKEN.jsonl] [--verslag docs/metingen/zoeken.md]

With --wetten those documents are searched for every question as well, by words and letters. --stukken is another
collection, with its own questions. With --verslag the figures are put into that document.
"""

import argparse
import asyncio
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from bench.report import fill
from bot.entry import KENNIS, library
from search import scope
from search.assessment import Question, Result, calibration_error, figures
from search.collection import Collection
from search.documents import Document
from search.finder import Finder
from search.library import Library, Outcome, document
from search.meaning import load_model, shipped
from search.questionfile import read_documents, read_questions

_HEAD = [
    "| Questions | Method | R@1 | R@3 | R@5 | MRR@10 | answered | of those right | outside answered | ECE |",
    "|---|---|---|---|---|---|---|---|---|---|",
]
_FITTED_ON = {"vragen-oefen", "elders", "eigen", "typefouten"}
_DRAWS = 500


def main() -> None:
    """Measures and writes everything."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("vragen", nargs="+", type=Path)
    arguments.add_argument("--wetten", type=Path)
    arguments.add_argument("--vragen-elders", type=Path)
    arguments.add_argument("--stukken", type=Path)
    arguments.add_argument("--verslag", type=Path)
    given = arguments.parse_args()
    files = {file.stem: read_questions(file) for file in given.vragen}
    whole = library()
    whole.understand(load_model(), {}, lambda: False)
    asked = [one.text for questions in files.values() for one in questions]
    laws = Finder(read_documents(given.wetten)) if given.wetten else None
    fill(given.verslag, "speed", [*_speed(asked[:300], whole, laws), "", asyncio.run(_stall(asked[:150], whole))])
    rows = [row for name, questions in files.items() for row in _compared(name, questions, whole)]
    if given.stukken and given.vragen_elders:
        rows += _elsewhere(read_questions(given.vragen_elders), read_documents(given.stukken))
    fill(given.verslag, "quality", _HEAD + rows)
    results = {name: [_ours(one, whole) for one in questions] for name, questions in files.items()}
    fill(given.verslag, "chance", _chances(results))
    fill(given.verslag, "removed", _removed(files, whole))


def _compared(name: str, questions: list[Question], whole: Library) -> list[str]:
    documents, words = [document(article) for article in whole.articles.values()], library()
    return [
        _row(name, "bm25s, Snowball", _plain(questions, documents), judged=False),
        _row(name, "ours, without the model", [_ours(one, words) for one in questions]),
        _row(name, "**ours**", [_ours(one, whole) for one in questions]),
    ]


def _elsewhere(questions: list[Question], documents: list[Document]) -> list[str]:
    name, collection = "another collection", Collection(documents)
    rows = [_row(name, "bm25s, Snowball", _plain(questions, documents), judged=False)]
    rows.append(_row(name, "ours, without the model", [collection.result(one) for one in questions]))
    model = load_model()
    if model:
        collection.understand(model)
        rows.append(_row(name, "**ours**", [collection.result(one) for one in questions]))
    return rows


def _ours(question: Question, articles: Library) -> Result:
    found = articles.ask(question.text)
    ranked = tuple(hit.article.id for hit in found.hits)
    return Result(question, ranked, tuple(hit.score for hit in found.hits), found.sure, found.outcome)


def _plain(questions: list[Question], documents: Sequence[Document]) -> list[Result]:
    stemmer = Stemmer.Stemmer("dutch")
    texts = [f"{one.title} {one.keywords} {' '.join(one.questions)} {one.text}" for one in documents]
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, stopwords=None, stemmer=stemmer, show_progress=False), show_progress=False)
    asked = bm25s.tokenize([one.text for one in questions], stopwords=None, stemmer=stemmer, show_progress=False)
    places, scores = index.retrieve(asked, k=min(10, len(documents)), show_progress=False)
    return [
        Result(one, tuple(documents[int(place)].id for place in row), tuple(map(float, scored)), 0.0, Outcome.HANDOVER)
        for one, row, scored in zip(questions, places, scores, strict=True)
    ]


def _row(name: str, method: str, results: list[Result], *, judged: bool = True) -> str:
    found = figures(results)
    cells = ["–"] * 4
    if found.asked:
        cells = [*(f"{found.within[most]:.3f}" for most in (1, 3, 5)), f"{found.reciprocal or 0:.3f}"]
    shares = (found.answered, found.right, found.outside_answered, found.error)
    cells += ["–" if share is None or not judged else f"{share:.3f}" for share in shares]
    return f"| {name} | {method} | {' | '.join(cells)} |"


def _chances(results: dict[str, list[Result]]) -> list[str]:
    """How far the chance is from what came true, beside how far one that is exactly right would seem to be: on few
    questions luck alone makes a difference."""
    unseen = [one for name, found in results.items() if name not in _FITTED_ON for one in found]
    rows = []
    for name, found in [*results.items(), ("**all that nothing was fitted on**", unseen)]:
        said = [one.sure for one in found]
        luck = random.Random(0)
        exact = [calibration_error([(one, luck.random() < one) for one in said]) for _ in range(_DRAWS)]
        inside = [one for one in found if one.question.right]
        means = (
            [one.sure for one in inside],
            [one.correct for one in inside],
            [one.sure for one in found if not one.question.right],
        )
        cells = [f"{figures(found).error:.3f}", f"{np.mean(exact):.3f}", f"{np.quantile(exact, 0.95):.3f}"]
        cells += [f"{np.mean(one):.2f}" if one else "–" for one in means]
        rows.append(f"| {name} | {len(found)} | {' | '.join(cells)} |")
    return [
        "| Questions | number | ECE | if it were exactly right: on average | at most in 95 of 100 | said, about the "
        "subjects | right of those | said, that must not be answered |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
    ]


def _removed(files: dict[str, list[Question]], articles: Library) -> list[str]:
    """Each article removed once: its questions must then not be answered."""
    model, cards, known = load_model(), scope.load(KENNIS / "grenzen.yaml"), shipped(KENNIS / "vectoren.bin")
    came = {name: Counter[Outcome]() for name in files}
    sent: dict[str, Counter[str]] = {name: Counter() for name in files}
    for removed in articles.articles:
        left = Library([one for one in articles.articles.values() if one.id != removed], cards, known)
        left.understand(model, {}, lambda: False)
        for name, questions in files.items():
            for one in questions:
                if removed in one.right:
                    found = left.ask(one.text)
                    came[name][found.outcome] += 1
                    if found.outcome is Outcome.ANSWER:
                        related = articles.articles[removed].about.verwant
                        sent[name]["related" if found.hits[0].article.id in related else "other"] += 1
    head = [
        "| Questions | asked | refused or handed over | offered as “Bedoelt u …?” | answered by a related article | "
        "answered by another article |",
        "|---|---|---|---|---|---|",
    ]
    return head + [
        f"| {name} | {sum(found.values())} | "
        + " | ".join(
            f"{count / sum(found.values()):.1%}"
            for count in (
                found[Outcome.REFUSE] + found[Outcome.HANDOVER] + found[Outcome.EMERGENCY],
                found[Outcome.SUGGEST],
                sent[name]["related"],
                sent[name]["other"],
            )
        )
        + " |"
        for name, found in came.items()
        if found
    ]


def _speed(questions: list[str], articles: Library, laws: Finder | None) -> list[str]:
    def both(question: str) -> None:
        articles.ask(question)
        if laws:
            laws.signals(laws.asked(question, None))

    rows = [("articles", _took(questions, articles.ask))]
    if laws:
        rows.append((f"articles and {len(laws.documents):,} articles of law", _took(questions, both)))
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        "| Searched | questions | p50 | p95 | longest |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {len(took)} | {np.percentile(took, 50):.1f} ms | {np.percentile(took, 95):.1f} ms | "
            f"{max(took):.1f} ms |"
            for name, took in rows
        ),
        "",
        f"Memory of the process at its largest: {size:.0f} MB.",
    ]


def _took(questions: list[str], ask: Callable[[str], object]) -> list[float]:
    took = []
    for question in questions:
        began = time.perf_counter()
        ask(question)
        took.append(1000 * (time.perf_counter() - began))
    return took


async def _stall(questions: list[str], articles: Library) -> str:
    """The longest time that the event loop was held while another thread searched."""
    waits, done = list[float](), False

    async def watch() -> None:
        while not done:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            waits.append(time.perf_counter() - began - 0.001)

    watching = asyncio.create_task(watch())
    with ThreadPoolExecutor(1) as thread:
        for question in questions:
            await asyncio.get_running_loop().run_in_executor(thread, articles.ask, question)
    done = True
    await watching
    late = np.array(waits) * 1000
    return (
        f"While another thread answered {len(questions)} questions, the event loop was {np.percentile(late, 99):.1f}"
        f" ms late at most in 99 of 100 turns, and {late.max():.1f} ms at the worst."
    )


if __name__ == "__main__":
    main()
