"""A copy of all that cannot be made again, in one file, and the way back.

In it are the database as it was at one moment, and the locked identity of the Matrix account. Not the keys of its
device: with those of yesterday it would use a key twice, and apps take that for an attack. A new device that the same
identity signs is trusted at once.
"""

import errno
import os
import re
import shutil
import sqlite3
import struct
import time
import zipfile
import zlib
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from storage.database import head, snapshot

_DATABASE, _IDENTITY = "raadsmaat.sqlite3", "identity.json"
_NAME = "raadsmaat-%Y%m%dT%H%M%SZ.zip"  # in UTC, so that the order of the names is that of time
_OURS = re.compile(r"raadsmaat-[0-9]{8}T[0-9]{6}Z\.zip")
_UNDER_WAY = ".raadsmaat-"
_MADE = "laatste-reservekopie"
_LARGEST_IDENTITY = 100_000  # bytes
_AHEAD = 1_000_000  # ids, where it is not known which were given out after the copy was made


class CopyError(Exception):
    """A copy that could not be made or put back; the message says why. Nothing has changed."""


def make(engine: Engine, matrix: Path, folder: Path, now: datetime) -> Path:
    """Makes a copy in a folder, and returns its file: there is a whole one or none. The bot may be running.

    `matrix`: the folder in which the identity of the Matrix account may be. Raises CopyError when what was copied is
    damaged, and OSError or DatabaseError when it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = folder / now.astimezone(UTC).strftime(_NAME)
    with TemporaryDirectory(dir=folder, prefix=_UNDER_WAY) as name:
        database, whole = Path(name) / _DATABASE, Path(name) / copy.name
        snapshot(engine, database)
        _check(database)
        with open(whole, "xb", opener=_for_us_only) as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
                packed.write(database, _DATABASE)
                if (matrix / _IDENTITY).exists():
                    packed.write(matrix / _IDENTITY, _IDENTITY)
            os.fsync(file.fileno())
        whole.replace(copy)
    return copy


def tidy(folder: Path, keep: int) -> int:
    """Throws away the oldest copies until `keep` are left; how many. Of the rest of the folder only what a copy
    that was broken off left behind goes, after a day."""
    for left in folder.glob(f"{_UNDER_WAY}*"):
        if left.stat().st_mtime < time.time() - 24 * 3600:
            shutil.rmtree(left, ignore_errors=True)
    ours = sorted(file for file in folder.iterdir() if _OURS.fullmatch(file.name))
    too_many = ours[: max(0, len(ours) - keep)]
    for file in too_many:
        file.unlink()
    return len(too_many)


def note(data: Path, now: datetime) -> None:
    """Writes down in the data directory when the last copy was made."""
    (data / _MADE).write_text(now.astimezone(UTC).isoformat(timespec="seconds"), encoding="ascii")


def last_made(data: Path) -> datetime | None:
    """When the last copy was made (UTC); None when none was, as far as is known."""
    try:
        return datetime.fromisoformat((data / _MADE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def look(copy: Path, database: Path) -> None:
    """Raises CopyError when the copy cannot be put back, and OSError when it cannot be read."""
    with TemporaryDirectory(dir=database.parent, prefix=_UNDER_WAY) as name:
        _unpack(copy, Path(name) / _DATABASE, Path(name) / _IDENTITY)
        _check(Path(name) / _DATABASE)


def put_back(copy: Path, database: Path, matrix: Path, now: datetime) -> Path | None:
    """Replaces the database by that of a copy; returns where the one that was there is now. The bot must be still.

    The identity of the Matrix account is put back where there is none. Raises CopyError when the copy is not whole,
    and OSError; the database is as it was then.
    """
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=database.parent, prefix=_UNDER_WAY) as name:
        new, identity = Path(name) / _DATABASE, Path(name) / _IDENTITY
        _unpack(copy, new, identity)
        _check(new)
        _pass_over_ids(new, database)
        if identity.exists() and not (matrix / _IDENTITY).exists():
            matrix.mkdir(exist_ok=True, mode=0o700)
            identity.replace(matrix / _IDENTITY)
        old = _set_aside(database, now)
        new.replace(database)  # last: what fails before it leaves the database as it was
    return old


def _for_us_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _unpack(copy: Path, database: Path, identity: Path) -> None:
    try:
        with zipfile.ZipFile(copy) as packed:
            there = {one.filename: one.file_size for one in packed.infolist()}
            if _DATABASE not in there:
                raise CopyError(f"In {copy} zit geen database van Raadsmaat. Is dit wel een reservekopie?")
            if there[_DATABASE] > shutil.disk_usage(database.parent).free:
                raise CopyError("Op de schijf is te weinig ruimte om deze kopie terug te zetten.")
            _write(packed, _DATABASE, database)
            if there.get(_IDENTITY, _LARGEST_IDENTITY + 1) <= _LARGEST_IDENTITY:
                _write(packed, _IDENTITY, identity)
    # Each of these the library raises on some damage; the last two when a header counts wrong.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error):
        raise CopyError(f"{copy} is geen hele reservekopie van Raadsmaat.") from None
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise CopyError(f"{copy} is geen hele reservekopie van Raadsmaat.") from None  # it points outside itself


def _write(packed: zipfile.ZipFile, name: str, to: Path) -> None:
    with packed.open(name) as source, open(to, "xb", opener=_for_us_only) as file:
        shutil.copyfileobj(source, file)
        file.flush()
        os.fsync(file.fileno())


def _check(database: Path) -> None:
    """Raises CopyError for what is damaged, no database of ours, or of a later version than this program."""
    try:
        with closing(sqlite3.connect(database)) as opened:
            sound = opened.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            version = opened.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except (sqlite3.Error, TypeError):
        raise CopyError("De database is beschadigd, of is niet van Raadsmaat.") from None
    if not sound:
        raise CopyError("De database is beschadigd.")
    if version > head():
        raise CopyError(f"De database is van een nieuwere versie ({version}). Werk Raadsmaat eerst bij.")


def _pass_over_ids(new: Path, old: Path) -> None:
    """Ids that were given out after the copy was made are not given out again: buttons in chats carry them
    (docs/besluiten/0005)."""
    then, since = _given_out(new), _given_out(old)
    with closing(sqlite3.connect(new, isolation_level=None)) as opened:
        numbered = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
        for (table,) in opened.execute(numbered).fetchall():
            last = then.get(table, 0)
            after = max(last, since.get(table, 0)) if since else last + _AHEAD
            opened.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            opened.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, after))


def _given_out(database: Path) -> dict[str, int]:
    """The last id of each table; nothing where that cannot be read."""
    if not database.exists():
        return {}
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as opened:
        return dict(opened.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    return {}


def _set_aside(database: Path, now: datetime) -> Path | None:
    """Gives the database that is there a second name, so that there is one at every moment."""
    if not database.exists():
        return None
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    old = database.with_name(f"{database.name}.voor-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    for tail in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{database}{tail}").rename(f"{old}{tail}")
    os.link(database, old)
    return old
