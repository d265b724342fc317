"""One process for one database: two would both answer."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process is using this database; the message says so to the person who started this one."""


@contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Holds the place of the one process that may serve `database`. The system frees it when we die.

    Raises AlreadyRunning, and OSError where the directory cannot be written.
    """
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"Raadsmaat draait al met de database {database}. Stop dat programma eerst, of gebruik een andere map."
            ) from None
        yield
    finally:
        os.close(place)
