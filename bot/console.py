"""The terminal as a platform: one can be anybody of the sample municipality, and sees what others get."""

import asyncio
import os
import secrets
import shutil
import sys
import textwrap
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import OperationalError

from bot.entry import unreached
from bot.platform import CANNOT_STORE, Limits, Receive, TooBig
from domain import markup
from domain.delivery import DeliveryFailed
from domain.files import size_text
from domain.markup import escape
from domain.messages import Address, Attachment, Incoming, Kind, readable, slashed
from domain.typed import figures
from storage.parcels import Parcel

NAME = "console"
STRANGER, GROUP = "nieuw", "groep"
_LONGEST = 2_000_000  # characters on one line; more is not a message but an accident

WELCOME = """\
Raadsmaat in de terminal. De gemeente Voorbeeldstad is verzonnen; alles blijft op uw eigen computer.

U bent {who}. Typ gewoon wat u wilt vragen, of /help. Bij genummerde keuzes is het nummer genoeg.

  @griet           vanaf nu bent u Griet   (u kunt zijn: {names})
  @griet hallo     Griet zegt één keer “hallo”
  @nieuw           een chat die Raadsmaat nog niet kent: stuur daar een code van /koppel of /uitnodigen
  @groep           een groep waarin anderen meelezen: koppelen kan de griffie met /groepen
  @klok 2 uur      de klok gaat 2 uur vooruit (ook: 30 minuten, 1 dag, 2 weken)
  @knop 1 van 12   druk op keuze 1 van bericht 12
  @bestand bon.pdf een bestand sturen
  @einde           stoppen (of Ctrl-D)

Wat anderen ontvangen, ziet u hier ook, met hun naam erbij.
"""

UNITS = {
    "minuut": timedelta(minutes=1),
    "minuten": timedelta(minutes=1),
    "uur": timedelta(hours=1),
    "dag": timedelta(days=1),
    "dagen": timedelta(days=1),
    "week": timedelta(weeks=1),
    "weken": timedelta(weeks=1),
}


class Clock:
    """The real time, plus what the person at the terminal moved it forward."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        self._real = real
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return self._real() + self._ahead

    def forward(self, by: timedelta) -> None:
        self._ahead += by


class Console:
    """Reads lines, prints answers. `people` maps the short name of each person to how they are announced."""

    name = NAME
    limits = Limits(per_second=100_000, in_flight=1, per_chat=0, per_group=0, most=1_000_000)

    def __init__(
        self,
        people: Mapping[str, str],
        clock: Clock,
        settled: Callable[[], Awaitable[None]],
        source: int = 0,
    ) -> None:
        self._people = dict(people) | {STRANGER: "een chat die Raadsmaat nog niet kent", GROUP: "een groep"}
        self._clock = clock
        self._settled = settled
        self._source = source
        self._who = next(iter(people))
        self._shown = ""

    async def run(self, receive: Receive) -> None:
        """Takes one line at a time and waits until it has been answered, so that a script can be piped in."""
        print(WELCOME.format(who=self._people[self._who], names=", ".join(self._people)), flush=True)
        lines = _Lines(self._source)
        while True:
            await self._settled()
            self._prompt()
            line = await lines.next()
            if line is None or line.strip().lower() in ("@einde", "@stop"):
                print()
                return
            if not os.isatty(self._source):
                print(line if len(line) <= 500 else f"{line[:500]}… ({len(line)} tekens)")
            said = self._understood(line)
            if said is not None:
                await self._hand_over(said, receive)

    async def _hand_over(self, said: Incoming, receive: Receive) -> None:
        for attempt in range(5):
            try:
                await receive([said])
                return
            except OperationalError:
                if not attempt:
                    print(CANNOT_STORE)
                await asyncio.sleep(1)
        print("Het lukt nog steeds niet. Uw bericht is niet verwerkt; stuur het later opnieuw.")

    def _prompt(self) -> None:
        print(f"\n{self._who}> ", end="", flush=True)

    def _understood(self, line: str) -> Incoming | None:
        text, who, kind, attachment = slashed(readable(line)), self._who, Kind.TEXT, None
        if line.startswith("@"):
            word, _, rest = line[1:].partition(" ")
            word = word.lower()
            if word == "klok":
                self._forward(rest)
                return None
            if word == "knop":
                text, kind = _pressed(rest), Kind.PRESSED
            elif word == "bestand":
                text, kind, attachment = "", Kind.FILE, Attachment(Path(rest).name, "", 0, rest.strip())
            elif word not in self._people:
                print(f"Ik ken geen {word[:40]}. U kunt zijn: {', '.join(self._people)}.")
                return None
            elif not rest.strip():
                self._who = word
                print(f"U bent nu {self._people[word]}.")
                return None
            else:
                text, who = slashed(readable(rest)), word
        return Incoming(
            text=text,
            chat=Address(NAME, who),
            at=self._clock(),
            key=f"{NAME}:{secrets.token_hex(12)}",
            kind=kind,
            attachment=attachment,
            group=self.is_group(who),
            own=self._who if self.is_group(who) else "",
        )

    def _forward(self, words: str) -> None:
        number, _, unit = words.strip().partition(" ")
        count = figures(number, 4)
        if count is None or unit not in UNITS:
            print("Zeg hoeveel, bijvoorbeeld: @klok 2 uur, of @klok 1 dag.")
            return
        self._clock.forward(count * UNITS[unit])
        print(f"De klok is {count} {unit} verder.")

    async def send(self, parcel: Parcel, text: str, *, last: bool) -> str:
        """Prints one message, with the choices below it."""
        who = parcel.chat.chat
        heading = "" if who == self._who else f"┌─ voor {self._people.get(who, who)}\n"
        body = markup.plain(text)
        if last and parcel.choices:
            body += "\n\n" + "\n".join(_choices(parcel))
        if sys.stdout.isatty():
            body = _wrapped(body, shutil.get_terminal_size().columns - 2)
        if heading:
            body = "\n".join(f"│ {line}".rstrip() for line in body.splitlines())
        print(f"\n{heading}{body}", flush=True)
        return str(parcel.id)

    @property
    def caption(self) -> int:
        """The longest text with a file, in UTF-16 units."""
        return self.limits.most

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """Reads a file of this computer."""
        try:
            with Path(attachment.source).expanduser().open("rb") as file:
                content = file.read(most + 1)
        except OSError as error:
            raise DeliveryFailed(f"dit bestand kan niet worden gelezen: {unreached(error)}", permanent=True) from error
        if len(content) > most:
            raise TooBig
        return content

    async def send_file(self, parcel: Parcel, text: str, read: Callable[[], Awaitable[bytes]]) -> str:
        """Prints the message with what the file is called."""
        assert parcel.attachment
        file = f"📎 {parcel.attachment.name} ({size_text(parcel.attachment.size)})"
        return await self.send(parcel, f"{text}\n\n{escape(file)}".strip(), last=True)

    async def edit(self, parcel: Parcel, text: str) -> None:
        """What is printed stays as it is; what changed is said in a message as well."""

    async def erase(self, parcel: Parcel) -> None:
        """What is printed stays as it is."""
        raise DeliveryFailed("in een terminal kan niets worden gewist", gone=True)

    async def close(self) -> None:
        """There is nothing to let go of."""

    def is_group(self, chat: str) -> bool:
        """One chat at the terminal is a group, to try what is said there."""
        return chat == GROUP


def _wrapped(text: str, width: int) -> str:
    """Lines no longer than the window, broken between words; an address stays whole."""
    return "\n".join(
        textwrap.fill(line, max(width, 20), break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )


def _choices(parcel: Parcel) -> list[str]:
    if parcel.numbered:
        return [f"  {number}. {choice.label}" for number, choice in enumerate(parcel.choices, 1)]
    return [f"  • {choice.label}: typ {choice.says}" for choice in parcel.choices]


def _pressed(words: str) -> str:
    index, _, row = words.strip().partition(" van ")
    choice = figures(index)
    return "" if choice is None else f"{row}.{choice - 1}"


class _Lines:
    """Lines from a terminal, a pipe or a file, without a thread that would be stuck at the prompt."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._buffer = b""

    async def next(self) -> str | None:
        """The next line, None at the end. What is over the longest line is dropped."""
        while b"\n" not in self._buffer:
            chunk = await self._read()
            if not chunk:
                rest, self._buffer = self._buffer, b""
                return rest.decode(errors="replace") if rest else None
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.decode(errors="replace").rstrip("\r")[:_LONGEST]

    async def _read(self) -> bytes:
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        try:
            loop.add_reader(self._source, ready.set_result, None)
        except PermissionError:  # an ordinary file is always ready, and cannot be waited for
            return os.read(self._source, 65536)
        try:
            await ready
        finally:
            loop.remove_reader(self._source)
        return os.read(self._source, 65536)
