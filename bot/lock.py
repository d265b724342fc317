"""One process answers on one database: two would both answer."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process is using this database; the message says so to the person who started this one."""

    def __init__(self, database: Path) -> None:
        super().__init__(
            f"Raadsmaat draait al met de database {database}. Stop dat programma eerst, of gebruik een andere map."
        )


class Place:
    """The place of the one process that may answer on a database. The system frees it when its holder dies.

    Raises OSError where the directory cannot be written.
    """

    def __init__(self, database: Path) -> None:
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.database = database
        self._file = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT, 0o600)

    def take(self) -> bool:
        """Takes the place; False when another process holds it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def leave(self) -> None:
        """Frees the place, if it is ours."""
        os.close(self._file)


@contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Holds the place on `database`. Raises AlreadyRunning, and OSError where the directory cannot be written."""
    place = Place(database)
    try:
        if not place.take():
            raise AlreadyRunning(database)
        yield
    finally:
        place.leave()
