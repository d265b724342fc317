"""Telegram as a platform: a poller that stores before it acknowledges, and a sender."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.platform import Limits, Receive, Report, Store
from bot.telegram import errors, polling, profile
from bot.telegram.buttons import keyboard
from bot.telegram.files import Files
from bot.telegram.http import AiohttpRequest
from bot.telegram.incoming import NAME
from bot.telegram.patience import Waits, in_the_end, when_allowed
from bot.telegram.receiving import Receiving
from bot.telegram.tracer import Tracer
from domain import markup
from domain.delivery import DeliveryFailed
from domain.messages import Attachment
from domain.roles import Role
from storage.parcels import Existing, Parcel

if TYPE_CHECKING:
    from bot.telegram.webhook import Webhook

log = structlog.get_logger()

_LONGEST = 4096  # UTF-16 units of a message
_LONGEST_CAPTION = 1024
_COURTESY_PAUSE = 900.0  # seconds at most until what nobody waits for is asked again
_GROUP_SECONDS = 3.0  # 20 messages a minute to one group


class Telegram:
    """One bot account. With a `webhook` Telegram brings what is said there; otherwise it is fetched.

    python-telegram-bot's own poller confirms updates that are only in memory; this one asks for the next
    batch, and so confirms the last, only after that has been stored.
    """

    name = NAME

    def __init__(
        self,
        token: str,
        url: str,
        *,
        per_second: float,
        in_flight: int,
        per_chat: float,
        trace: bool = False,
        webhook: "Webhook | None" = None,
    ) -> None:
        self.limits = Limits(
            per_second=per_second,
            in_flight=in_flight,
            per_chat=per_chat,
            per_group=max(per_chat, _GROUP_SECONDS) if per_chat else 0,
            most=_LONGEST,
        )
        self._request = AiohttpRequest(connections=in_flight + 4)
        base = url.rstrip("/")
        self._bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self._waits = Waits()
        self._files = Files(self._request, self._bot.base_url, self._bot.base_file_url)
        self.tracer = Tracer(self._call, in_flight) if trace else None
        self._receiving = Receiving(self._bot, self._politely, self.tracer)
        self._webhook = webhook

    async def run(self, receive: Receive) -> None:
        """Takes in what is said until cancelled. Raises TelegramError when the account cannot be used at all."""
        # What fails here is tried again by who called us. The session stays open: messages are on their way over it.
        try:
            await when_allowed(self._bot.initialize)
            self._receiving.courtesy(profile.show(self._politely))
            if self._webhook is None:
                await polling.poll(self._call, partial(self._receiving.fetched, receive))
            else:
                self._webhook.take = partial(self._receiving.brought, receive)
                await self._webhook.keep(self._call)
        finally:
            self._let_go()

    @property
    def routes(self) -> Sequence[Any]:
        """Where Telegram brings what is said, as Starlette's routes."""
        return [self._webhook.route] if self._webhook else ()

    async def stand_by(self, store: Store) -> None:
        """Stores what is brought until cancelled; another process answers, and looks after the webhook.

        Raises TelegramError.
        """
        try:
            await when_allowed(self._bot.initialize)
            if self._webhook is not None:
                self._webhook.take = partial(self._receiving.brought, store, apologise=False)
            await asyncio.Event().wait()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        if self._webhook is not None:
            self._webhook.take = None
        self._receiving.stop()

    async def close(self) -> None:
        """Lets go of the connections, once nothing is sent any more."""
        await self._bot.shutdown()
        await self._request.shutdown()

    async def send(self, parcel: Parcel, text: str, *, last: bool) -> str:
        """Sends one message; once more without markup when Telegram cannot read that."""
        given: dict[str, Any] = {"chat_id": parcel.chat.chat, "link_preview_options": {"is_disabled": True}}
        if last and parcel.choices:
            given["reply_markup"] = keyboard(parcel)
        floor = self.tracer.floor(parcel.chat.chat) if self.tracer else None
        try:
            sent = await _written(partial(self._call, "sendMessage"), given, "text", text, parcel.id)
            return self._sent(parcel, sent, floor)
        except TelegramError as error:
            raise errors.failed(error) from error

    def _sent(self, parcel: Parcel, sent: Any, floor: int | None) -> str:
        try:
            message_id = str(int(sent["message_id"]))
        except (KeyError, TypeError, ValueError) as error:
            raise DeliveryFailed("Telegram gaf een onleesbaar antwoord", uncertain=True) from error
        if self.tracer:
            self.tracer.sent(parcel.chat.chat, message_id, floor)
        return message_id

    @property
    def caption(self) -> int:
        """The longest text that goes with a file."""
        return _LONGEST_CAPTION

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """The content of a file that came in; raises TooBig and DeliveryFailed."""
        return await self._files.fetch(attachment, most)

    async def send_file(self, parcel: Parcel, text: str, read: Callable[[], Awaitable[bytes]]) -> str:
        """Sends a file with a caption; once more without markup when Telegram cannot read that."""
        assert parcel.attachment
        given: dict[str, Any] = {"chat_id": parcel.chat.chat}
        if parcel.choices:
            given["reply_markup"] = keyboard(parcel)
        floor = self.tracer.floor(parcel.chat.chat) if self.tracer else None
        try:
            call = partial(self._files.send, attachment=parcel.attachment, content=read)
            sent = await (_written(call, given, "caption", text, parcel.id) if text else call(given))
            return self._sent(parcel, sent, floor)
        except TelegramError as error:
            raise errors.failed(error) from error

    async def edit(self, parcel: Parcel, text: str) -> None:
        """Edits a message; its buttons go."""
        assert parcel.replaces
        given = _named(parcel, parcel.replaces) | {"link_preview_options": {"is_disabled": True}}
        try:
            await _written(partial(self._call, "editMessageText"), given, "text", text, parcel.id)
        except TelegramError as error:
            if not errors.is_same(error):
                raise errors.failed(error) from error

    async def erase(self, parcel: Parcel) -> None:
        """Deletes a message of a person. Telegram allows that for 48 hours, and not in a group of strangers."""
        assert parcel.erases
        try:
            await self._call("deleteMessage", _named(parcel, parcel.erases))
        except TelegramError as error:
            raise errors.failed(error) from error

    async def _call(self, method: str, given: dict[str, Any], *, wait: float = 0) -> Any:
        # Not `send_message` and `get_updates`: making objects of the answers costs as much as all the rest.
        try:
            return await self._request.call(f"{self._bot.base_url}/{method}", given, wait=wait)
        except RetryAfter as error:
            if "chat_id" in given:
                self._waits.asked(given["chat_id"], errors.seconds(error))
            raise

    async def _politely(self, method: str, given: dict[str, Any], *, wait: float = 0) -> Any:
        """A call that nobody waits for: not while everybody is told to wait, since that makes the wait longer."""

        async def ask() -> Any:
            await self._waits.over()
            return await self._call(method, given, wait=wait)

        return await in_the_end(ask, _COURTESY_PAUSE)

    @property
    def handle(self) -> str:
        """The bot's username, without @; empty until Telegram has told it."""
        try:
            return self._bot.username
        except RuntimeError:
            return ""

    def report(self) -> Report:
        """How it is: when Telegram last answered or brought something, and what it says of the webhook."""
        if self._webhook is None:
            return Report(self._request.answered_at, {"wijze": "polling"})
        contact = max(filter(None, (self._request.answered_at, self._webhook.brought_at)), default=None)
        return Report(contact, {"wijze": "webhook"} | self._webhook.facts)

    def menu(self, roles: frozenset[Role]) -> str:
        """Names the menu for these roles."""
        return profile.name(roles)

    async def show_menu(self, chat: str, roles: frozenset[Role]) -> None:
        """Shows one person the menu of their roles."""
        try:
            await profile.show_one(self._call, chat, roles)
        except TelegramError as error:
            raise errors.failed(error) from error

    def is_group(self, chat: str) -> bool:
        """Telegram numbers groups below zero."""
        return chat.startswith("-")


async def _written(
    call: Callable[[dict[str, Any]], Awaitable[Any]], given: dict[str, Any], field: str, text: str, row_id: int
) -> Any:
    """Calls with the text in this field, as HTML; once more with plain text when Telegram cannot read that."""
    try:
        return await call(given | {field: markup.html(text), "parse_mode": "HTML"})
    except TelegramError as error:
        if not errors.is_markup(error):
            raise
        log.warning("Telegram could not read our markup; sending plain text", row=row_id)
        return await call(given | {field: markup.plain(text)})


def _named(parcel: Parcel, message: Existing) -> dict[str, Any]:
    return {"chat_id": parcel.chat.chat, "message_id": int(message.message_id)}
