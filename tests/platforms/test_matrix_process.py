"""The program as it is installed: started by its command, killed in the middle, and looked at by the doctor."""

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from sqlmodel import Session

from bot import copies
from bot.doctor import Finding, examine
from bot.entry import KENNIS
from config.settings import read
from storage import sample
from storage.database import connect, migrate, transaction
from tests.platforms.matrix import KEY, Live, now
from tests.synapse import Account, Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


def environment(server: Synapse, account: Account, data: Path, **more: str) -> dict[str, str]:
    given = {
        "RAADSMAAT_DATA": str(data),
        "RAADSMAAT_FILE": os.devnull,
        "RAADSMAAT_MATRIX_SERVER": server.url,
        "RAADSMAAT_MATRIX_USER": account.user,
        "RAADSMAAT_MATRIX_PASSWORD": account.password,
        "RAADSMAAT_MATRIX_KEY": KEY,
        "RAADSMAAT_MATRIX_INVITED_BY": server.name,
        "RAADSMAAT_MATRIX_PER_SECOND": "1000",
    }
    return given | more


async def start(given: dict[str, str], log: Path) -> asyncio.subprocess.Process:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("RAADSMAAT_")}
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "start", env=outside | given, stdout=output, stderr=output
        )


class Killed(Live):
    """The same people, with the program in a process of its own that is killed and started again."""

    def begin(self) -> None:
        self.engine = connect(self.folder / "raadsmaat.sqlite3")
        migrate(self.engine, now())
        with transaction(self.engine) as session:
            fill(session)


def fill(session: Session) -> None:
    sample.fill(session, None, now())


@pytest.mark.parametrize("encrypted", [False, True])
async def test_killed_at_any_moment_it_answers_everything_once(
    synapse: Synapse, tmp_path: Path, encrypted: bool
) -> None:
    account = await asyncio.to_thread(synapse.register, "raadsmaat")
    live = Killed(synapse, tmp_path, account)
    live.begin()
    given, log = environment(synapse, account, tmp_path), tmp_path / "bot.log"
    process = await start(given, log)
    try:
        people = [await live.joins(name, encrypted=encrypted) for name in ("Anna Bakker", "Bram de Vries")]
        before = [len(person.answers) for person in people]
        for number in range(8):
            await asyncio.gather(*(person.writes(f"/onbekend{number}") for person in people))
            if number % 2:
                await asyncio.sleep(0.05 * number)  # at another moment each time
                process.send_signal(signal.SIGKILL)
                await process.wait()
                process = await start(given, log)
        for person, heard in zip(people, before, strict=True):
            await person.until(lambda person=person, heard=heard: len(person.answers) >= heard + 8)  # type: ignore[misc]
            await person.writes("/help")
            await person.until(lambda person=person: "Dit kan ik" in person.answers[-1].body)  # type: ignore[misc]
            assert len(person.answers) == heard + 9
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 60) == 0
        assert "Traceback" not in log.read_text()
        assert not any(name in log.read_text() for name in (account.user, people[0].room, "Anna"))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await live.close()


@pytest.mark.parametrize("encrypted", [False, True])
async def test_after_a_computer_was_lost_people_go_on_with_what_a_copy_holds(
    synapse: Synapse, tmp_path: Path, encrypted: bool
) -> None:
    account, lost, new = await asyncio.to_thread(synapse.register, "raadsmaat"), tmp_path / "er", tmp_path / "nieuw"
    lost.mkdir()
    live = Killed(synapse, lost, account)
    live.begin()
    process = await start(environment(synapse, account, lost), tmp_path / "bot.log")
    try:
        anna = await live.joins("Anna Bakker", encrypted=encrypted)
        await anna.says("/training")
        assert live.engine
        copy = await asyncio.to_thread(copies.make, live.engine, lost / "matrix", tmp_path / "kopie", now())
        assert "Gestopt" in (await anna.says("stop")).body
        before = len(anna.answers)
        process.kill()
        await process.wait()
        live.engine.dispose()
        shutil.rmtree(lost / "matrix")  # the rest of that computer; her keys are there as well, in this test
        for file in lost.glob("raadsmaat.sqlite3*"):
            file.unlink()
        copies.put_back(copy, new / "raadsmaat.sqlite3", new / "matrix", now())
        process = await start(environment(synapse, account, new), tmp_path / "bot.log")
        # What was said after the copy was made is read again: she stopped, and hears so once more. What was said to a
        # device that is gone, a new one cannot read, and says so.
        again = "Ik kan uw bericht niet lezen" if encrypted else "Gestopt"
        await anna.until(lambda: any(again in answer.body for answer in anna.answers[before:]))
        await anna.writes("/help")
        await anna.until(lambda: any("Dit kan ik" in answer.body for answer in anna.answers[before:]))
        assert "Traceback" not in (tmp_path / "bot.log").read_text()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await live.close()


async def test_the_doctor_says_what_is_wrong_with_matrix(tmp_path: Path) -> None:
    def matrix(given: dict[str, str]) -> tuple[Finding, str]:
        lines = [line for line in examine(read(given), KENNIS) if "Matrix-server" in line.text or "heet @" in line.text]
        return lines[0].finding, lines[0].text

    with Synapse(tmp_path / "synapse") as server:
        account = await asyncio.to_thread(server.register, "raadsmaat")
        good = environment(server, account, tmp_path / "good")
        wrong = environment(server, account, tmp_path / "wrong", RAADSMAAT_MATRIX_PASSWORD="fout")
        found, text = await asyncio.to_thread(matrix, good)
        assert (found, "nog niet ingelogd" in text) == (Finding.GOOD, True)
        processes = [await start(given, tmp_path / "bot.log") for given in (good, wrong)]
        try:
            async with asyncio.timeout(90):
                while "de bot heet" not in (await asyncio.to_thread(matrix, good))[1]:
                    await asyncio.sleep(0.5)
                while "wachtwoord" not in (await asyncio.to_thread(matrix, wrong))[1]:
                    await asyncio.sleep(0.5)
            assert (await asyncio.to_thread(matrix, wrong))[0] is Finding.WRONG
            second = await start(good, tmp_path / "second.log")
            assert await second.wait() == 1
            assert "draait al" in (tmp_path / "second.log").read_text()
            await asyncio.to_thread(server.stop)
            found, text = await asyncio.to_thread(matrix, good)
            assert (found, "niet bereikbaar" in text) == (Finding.WRONG, True)
            assert all(process.returncode is None for process in processes)
        finally:
            for process in processes:
                process.kill()
                await process.wait()
