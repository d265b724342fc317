"""Files on Telegram: fetched with the id that came with the message, sent as documents."""

import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import TelegramError

from bot.platform import TooBig
from bot.telegram import errors
from bot.telegram.http import AiohttpRequest
from domain.delivery import DeliveryFailed
from domain.messages import Attachment

_REMEMBERED = 1000  # files of which Telegram's own id is known


class Files:
    """The files of one account. Telegram keeps what was sent once: the next to get it costs no second upload."""

    def __init__(self, request: AiohttpRequest, api: str, download: str) -> None:
        self._request = request
        self._api = api
        self._download = download
        self._known: OrderedDict[int, str] = OrderedDict()

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """The content of a file that came in; raises TooBig and DeliveryFailed."""
        try:
            found = await self._request.call(f"{self._api}/getFile", {"file_id": attachment.source})
            path = str(found["file_path"])
            content = await self._request.download(f"{self._download}/{path}", most)
        except TelegramError as error:
            if "too big" in error.message.lower():
                raise TooBig from error
            raise errors.failed(error) from error
        except (KeyError, TypeError) as error:
            raise DeliveryFailed("Telegram gaf een onleesbaar antwoord") from error
        if content is None:
            raise TooBig
        return content

    async def send(
        self, given: dict[str, Any], attachment: Attachment, content: Callable[[], Awaitable[bytes]]
    ) -> dict[str, Any]:
        """Calls sendDocument; raises TelegramError."""
        assert attachment.file_id is not None
        url = f"{self._api}/sendDocument"
        if known := self._known.get(attachment.file_id):
            sent: dict[str, Any] = await self._request.call(url, given | {"document": known})
            return sent
        fields = {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in given.items()
        }
        file = (attachment.name, await content(), attachment.media_type)
        sent = await self._request.upload(url, fields, {"document": file})
        if isinstance(own := sent.get("document", {}).get("file_id"), str):
            self._known[attachment.file_id] = own
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return sent
