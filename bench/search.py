"""Measures the search: how well, how fast, how large, and whether the event loop waits for it.

    python -m bench.search VRAGEN.jsonl [--wetten STUKKEN.jsonl]

With --wetten those documents are searched for every question as well, by words and letters.
"""

import argparse
import asyncio
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from bot.entry import KENNIS, library
from search import scope
from search.assessment import Question, Result, figures
from search.finder import Finder
from search.library import Library, Outcome, document
from search.meaning import load_model, shipped
from search.questionfile import read_documents, read_questions


def main() -> None:
    """Prints everything."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("vragen", type=Path)
    arguments.add_argument("--wetten", type=Path)
    given = arguments.parse_args()
    questions = read_questions(given.vragen)
    words, whole = library(), library()
    began = time.perf_counter()
    whole.understand(load_model(), {}, lambda: False)
    print(f"ready in {time.perf_counter() - began:.2f} s")
    print("| Method | R@1 | R@3 | R@5 | MRR@10 | answered | right | outside answered | ECE |")
    print("|---|---|---|---|---|---|---|---|---|")
    _row("bm25s, Dutch Snowball", _plain(questions, whole), judged=False)
    _row("words and letters only", _ours(questions, words))
    _row("all", _ours(questions, whole))
    _removed(questions, whole)
    laws = Finder(read_documents(given.wetten)) if given.wetten else None
    _speed([one.text for one in questions], whole, laws)
    asyncio.run(_stall([one.text for one in questions], whole))


def _ours(questions: list[Question], articles: Library) -> list[Result]:
    results = []
    for one in questions:
        found = articles.ask(one.text)
        ranked = tuple(hit.article.id for hit in found.hits)
        results.append(Result(one, ranked, tuple(hit.score for hit in found.hits), found.sure, found.outcome))
    return results


def _plain(questions: list[Question], articles: Library) -> list[Result]:
    documents = [document(article) for article in articles.articles.values()]
    stemmer = Stemmer.Stemmer("dutch")
    texts = [f"{one.title} {one.keywords} {' '.join(one.questions)} {one.text}" for one in documents]
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, stopwords=None, stemmer=stemmer, show_progress=False), show_progress=False)
    asked = bm25s.tokenize([one.text for one in questions], stopwords=None, stemmer=stemmer, show_progress=False)
    places, scores = index.retrieve(asked, k=10, show_progress=False)
    return [
        Result(one, tuple(documents[int(place)].id for place in row), tuple(map(float, scored)), 0.0, Outcome.HANDOVER)
        for one, row, scored in zip(questions, places, scores, strict=True)
    ]


def _row(name: str, results: list[Result], *, judged: bool = True) -> None:
    found = figures(results)
    cells = [*(f"{found.within[most]:.3f}" for most in (1, 3, 5)), f"{found.reciprocal or 0:.3f}"]
    shares = (found.answered, found.right, found.outside_answered, found.error)
    cells += ["–" if share is None or not judged else f"{share:.3f}" for share in shares]
    print(f"| {name} | {' | '.join(cells)} |")


def _removed(questions: list[Question], articles: Library) -> None:
    """Each article removed once: its questions must then not be answered."""
    asked = answered = 0
    model = load_model()
    for name in articles.articles:
        own = [one for one in questions if name in one.right]
        rest = [article for article in articles.articles.values() if article.id != name]
        left = Library(rest, scope.load(KENNIS / "grenzen.yaml"), shipped(KENNIS / "vectoren.bin"))
        left.understand(model, {}, lambda: False)
        asked += len(own)
        answered += sum(left.ask(one.text).outcome is Outcome.ANSWER for one in own)
    print(f"each article removed once: {asked - answered} of {asked} questions were not answered then")


def _speed(questions: list[str], articles: Library, laws: Finder | None) -> None:
    took = []
    for question in questions:
        began = time.perf_counter()
        articles.ask(question)
        if laws:
            laws.signals(laws.asked(question, None))
        took.append(1000 * (time.perf_counter() - began))
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    middle, high = np.percentile(took, [50, 95])
    print(f"a question: p50 {middle:.1f} ms, p95 {high:.1f} ms; the process: {size:.0f} MB")


async def _stall(questions: list[str], articles: Library) -> None:
    """The longest time that the event loop was held while another thread searched."""
    longest, done = 0.0, False

    async def watch() -> None:
        nonlocal longest
        while not done:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - began - 0.001)

    watching = asyncio.create_task(watch())
    with ThreadPoolExecutor(1) as thread:
        for question in questions[:200]:
            await asyncio.get_running_loop().run_in_executor(thread, articles.ask, question)
    done = True
    await watching
    print(f"the longest that the event loop waited meanwhile: {1000 * longest:.1f} ms")


if __name__ == "__main__":
    main()
