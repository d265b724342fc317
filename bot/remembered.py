"""What platforms ask of what was stored, and have stored besides what is said."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.database import Database
from domain.messages import Address
from handlers import people
from storage import askedin, chats, choices, inbox


class Remembered:
    """The part of `bot.platform.Receive` that is not about what is said."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def reached(self, platform: str) -> str | None:
        """The token of a platform's last mark; None when it has never been read."""
        return await self._database.run(partial(inbox.reached, platform=platform))

    async def linked(self, chat: Address) -> bool:
        """Whether a chat is somebody's."""
        return await self._database.run(partial(chats.person_in, chat=chat)) is not None

    async def row(self, chat: Address, message_id: str) -> int | None:
        """The outbox row of a message that was sent in a chat, by the platform's id for it."""
        return await self._database.run(partial(choices.row, chat=chat, message_id=message_id))

    async def to_ask(self, platform: str, most: int) -> list[tuple[str, str]]:
        """Whom to ask to a chat, the oldest first: a key for each, the same at every attempt, and the address."""
        return await self._database.run(partial(askedin.waiting, platform=platform, most=most))

    async def asked(self, key: str, room: str) -> None:
        """Somebody was asked to this chat."""
        await self._database.run(partial(askedin.made, key=key, room=room))

    async def not_asked(self, key: str) -> None:
        """The platform does not take the address: who gave it hears so."""
        await self._database.run(partial(people.not_asked, key=key, now=self._clock()))
