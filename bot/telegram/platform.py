"""Telegram as a platform: a poller that stores before it acknowledges, and a sender."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.logs import where
from bot.platform import CANNOT_STORE, Limits, Receive
from bot.telegram import errors, incoming, profile
from bot.telegram.buttons import keyboard
from bot.telegram.files import Files
from bot.telegram.http import AiohttpRequest
from bot.telegram.incoming import ALLOWED_UPDATES, NAME
from bot.telegram.tracer import Tracer
from domain import markup
from domain.delivery import DeliveryFailed
from domain.messages import Attachment, Incoming
from storage.inbox import Mark
from storage.parcels import Existing, Parcel

log = structlog.get_logger()

_POLL_SECONDS = 30
_LONGEST_PAUSE = 30.0  # seconds between two attempts while Telegram cannot be reached
_LONGEST = 4096  # UTF-16 units of a message
_LONGEST_CAPTION = 1024
_GROUP_SECONDS = 3.0  # 20 messages a minute to one group


class Telegram:
    """One bot account.

    python-telegram-bot's own poller confirms updates that are only in memory; this one asks for the next
    batch, and so confirms the last, only after that has been stored.
    """

    name = NAME

    def __init__(
        self, token: str, url: str, *, per_second: float, in_flight: int, per_chat: float, trace: bool = False
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
        self._files = Files(self._request, self._bot.base_url, self._bot.base_file_url)
        self.tracer = Tracer(self._call, in_flight) if trace else None
        self._courtesies: set[asyncio.Task[None]] = set()

    async def run(self, receive: Receive) -> None:
        """Polls until cancelled. Raises TelegramError when the account cannot be used at all."""
        try:
            await self._bot.initialize()
            await self._bot.delete_webhook(drop_pending_updates=False)
            self._courtesy(profile.show(self._call))
            offset: int | None = None
            while True:
                updates = await self._poll(offset)
                if updates:
                    await self._take(updates, receive)
                    offset = updates[-1]["update_id"] + 1
        except TelegramError:
            await self._request.shutdown()  # it is opened anew when the platform is started again
            raise
        finally:
            for task in self._courtesies:
                task.cancel()

    async def close(self) -> None:
        """Lets go of the connections, once nothing is sent any more."""
        await self._bot.shutdown()
        await self._request.shutdown()

    async def _poll(self, offset: int | None) -> list[dict[str, Any]]:
        asked = {"timeout": _POLL_SECONDS, "limit": 100, "allowed_updates": ALLOWED_UPDATES}
        if offset is not None:
            asked["offset"] = offset
        pause = 1.0
        while True:
            try:
                found: list[dict[str, Any]] = await self._call("getUpdates", asked, wait=_POLL_SECONDS)
                return found
            except RetryAfter as error:
                await asyncio.sleep(errors.seconds(error))
            except NetworkError as error:
                if isinstance(error, BadRequest):
                    raise
                log.warning("Telegram cannot be reached; trying again", error=type(error).__name__, seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _take(self, updates: list[dict[str, Any]], receive: Receive) -> None:
        if self.tracer:
            self.tracer.came(updates)
        batch = [said for update in updates if (said := self._read(update))]
        moves = tuple(move for update in updates if (move := incoming.moved(update)))
        mark = Mark(NAME, str(updates[-1]["update_id"]), moves) if moves else None
        told = False
        while True:
            try:
                await receive(batch, mark)
                break
            except OperationalError as error:
                # Nothing is acknowledged: Telegram keeps these updates until they could be stored.
                log.error("what was said cannot be stored; trying again", error=type(error.orig).__name__)
                if not told:
                    await self._apologise(batch)
                    told = True
                await asyncio.sleep(1)
        for update in updates:
            if "callback_query" in update:
                self._stop_spinner(update["callback_query"]["id"])

    def _read(self, update: dict[str, Any]) -> Incoming | None:
        try:
            return incoming.read(update, self._bot)
        except (TelegramError, LookupError, TypeError, ValueError) as error:
            # Something new in the service, or nonsense; waiting for it would keep everybody else out.
            log.error("an update cannot be read and is passed over", error=type(error).__name__, at=where(error))
            return None

    async def _apologise(self, batch: Sequence[Incoming]) -> None:
        for chat in {said.chat.chat for said in batch if not said.group}:
            try:
                told = await self._bot.send_message(chat, CANNOT_STORE)
                if self.tracer:
                    self.tracer.seen(chat, str(told.message_id))
            except TelegramError as error:
                log.warning("nor could people be told so", error=type(error).__name__)

    def _stop_spinner(self, query_id: str) -> None:
        self._courtesy(self._answer_query(query_id))

    def _courtesy(self, work: Coroutine[Any, Any, None]) -> None:
        """Does beside all else what nobody waits for."""
        task = asyncio.create_task(work)
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)

    async def _answer_query(self, query_id: str) -> None:
        try:
            await self._call("answerCallbackQuery", {"callback_query_id": query_id})
        except TelegramError as error:
            # Too old, or Telegram is away: the button stops turning by itself, and the press was stored.
            log.info("a pressed button could not be acknowledged", error=type(error).__name__)

    async def send(self, parcel: Parcel, text: str, *, last: bool) -> str:
        """Sends one message; once more without markup when Telegram cannot read that."""
        given: dict[str, Any] = {"chat_id": parcel.chat.chat, "link_preview_options": {"is_disabled": True}}
        if last and parcel.choices:
            given["reply_markup"] = keyboard(parcel)
        floor = self.tracer.floor(parcel.chat.chat) if self.tracer else None
        try:
            return self._sent(parcel, await self._write("sendMessage", given, text, parcel.id), floor)
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
            try:
                caption = {"caption": markup.html(text), "parse_mode": "HTML"} if text else {}
                sent = await self._files.send(given | caption, parcel.attachment, read)
            except TelegramError as error:
                if not errors.is_markup(error):
                    raise
                sent = await self._files.send(given | {"caption": markup.plain(text)}, parcel.attachment, read)
            return self._sent(parcel, sent, floor)
        except TelegramError as error:
            raise errors.failed(error) from error

    async def edit(self, parcel: Parcel, text: str) -> None:
        """Edits a message; without choices its buttons go."""
        assert parcel.replaces
        given: dict[str, Any] = _named(parcel, parcel.replaces) | {"link_preview_options": {"is_disabled": True}}
        if parcel.choices:
            given["reply_markup"] = keyboard(parcel)
        try:
            await self._write("editMessageText", given, text, parcel.id)
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

    async def _write(self, method: str, given: dict[str, Any], text: str, row_id: int) -> Any:
        """Calls with the text as HTML; once more with plain text when Telegram cannot read that."""
        try:
            return await self._call(method, given | {"text": markup.html(text), "parse_mode": "HTML"})
        except TelegramError as error:
            if not errors.is_markup(error):
                raise
            log.warning("Telegram could not read our markup; sending plain text", row=row_id)
            return await self._call(method, given | {"text": markup.plain(text)})

    async def _call(self, method: str, given: dict[str, Any], *, wait: float = 0) -> Any:
        # Not `send_message` and `get_updates`: making objects of the answers costs as much as all the rest.
        return await self._request.call(f"{self._bot.base_url}/{method}", given, wait=wait)

    @property
    def handle(self) -> str:
        """The bot's username, without @; empty until Telegram has told it."""
        try:
            return self._bot.username
        except RuntimeError:
            return ""

    def is_group(self, chat: str) -> bool:
        """Telegram numbers groups below zero."""
        return chat.startswith("-")


def _named(parcel: Parcel, message: Existing) -> dict[str, Any]:
    return {"chat_id": parcel.chat.chat, "message_id": int(message.message_id)}
