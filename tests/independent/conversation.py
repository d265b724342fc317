"""One encrypted conversation: the real program as a process, a real server, and the independent client."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from storage import invitations, sample
from storage.database import transaction
from storage.tables import Member
from tests.independent.client import PATIENCE, IndependentClient, Seen
from tests.synapse import Account, Synapse
from tests.town import database

ROOT = Path(__file__).parents[2]
KEY = "een sleutel voor de tests"
NAME = "Anna Bakker"


@dataclass
class Conversation:
    """What was said: by whom, what, and how the independent client saw it. `bot` is the bot's address."""

    bot: str
    lines: list[Seen] = field(default_factory=list)
    device: str = ""

    def transcript(self) -> str:
        """As a page, for people."""
        said = []
        for one in self.lines:
            who = "Raadsmaat" if one.sender == self.bot else NAME
            quoted = "\n".join(f"> {line}".rstrip() for line in (one.body or f"[{one.failure}]").splitlines())
            lock = "versleuteld" if one.encrypted else "NIET versleuteld"
            warning = "geen waarschuwing" if one.shield == "NONE" else f"waarschuwing: {one.shield}"
            said.append(f"**{who}** ({lock}, {warning})\n\n{quoted}")
        return "\n\n".join(said) + "\n"


@asynccontextmanager
async def program(server: Synapse, account: Account, folder: Path) -> AsyncIterator[int]:
    """`raadsmaat start` with Matrix only, until SIGTERM ends it; yields its process id."""
    settings = {
        "DATA": str(folder),
        "MATRIX_SERVER": server.url,
        "MATRIX_USER": account.user,
        "MATRIX_PASSWORD": account.password,
        "MATRIX_KEY": KEY,
        "MATRIX_INVITED_BY": server.name,
    }
    outside = {name: value for name, value in os.environ.items() if not name.startswith("RAADSMAAT_")}
    with (folder / "bot.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "start"),
            cwd=ROOT,
            env=outside | {f"RAADSMAAT_{name}": value for name, value in settings.items()},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield process.pid
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), PATIENCE)
            except TimeoutError:
                process.kill()
                await process.wait()


def prepared(folder: Path) -> str:
    """A database with the sample municipality; returns the invitation code of somebody in it."""
    engine, now = database(folder), datetime.now(UTC)
    with transaction(engine) as session:
        sample.fill(session, None, now)
        member = session.scalars(select(Member).where(col(Member.name) == NAME)).one()
        code = invitations.invite(session, member, now)
    engine.dispose()
    return code


async def have(server: Synapse, folder: Path) -> Conversation:
    """Somebody sends their code, asks something, and goes on after the program was started again."""
    code = prepared(folder)
    bot, person = server.register("raadsmaat"), server.register("anna")
    conversation = Conversation(bot.user)
    async with IndependentClient(server.url, person, folder / "client.log") as anna:
        async with program(server, bot, folder):
            room = str((await anna.do("open", other=bot.user))["room"])
            conversation.device = await _vouched_for(anna, bot, folder)
            await anna.until(lambda one: one.room == room and one.sender == bot.user)
            for text in (code, "Mag ik een laptop van de gemeente?"):
                await anna.says(room, text)
        async with program(server, bot, folder):
            await anna.says(room, "/budget")
        conversation.lines = [one for one in anna.seen.values() if one.room == room]
    return conversation


async def _vouched_for(anna: IndependentClient, bot: Account, folder: Path) -> str:
    """Waits for the bot's device, and for the bot to vouch for it; returns its name."""
    file = folder / "matrix" / "device.json"
    async with asyncio.timeout(PATIENCE):
        while not file.exists() or not (device := json.loads(file.read_text()).get("device")):
            await asyncio.sleep(0.1)
        while not (await anna.do("trusts", other=bot.user, device=device))["signed"]:
            await asyncio.sleep(0.1)
    return str(device)
