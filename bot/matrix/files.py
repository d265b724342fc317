"""Files on Matrix: kept by the server under an address that goes with the message, encrypted where the room is."""

import asyncio
import json
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from nio import AsyncClient
from nio.crypto.attachments import decrypt_attachment, encrypt_attachment
from nio.exceptions import EncryptionError

from bot.matrix.errors import NO_ANSWER, Refused, checked, failed_file, refused
from bot.platform import TooBig
from domain.delivery import DeliveryFailed
from domain.messages import Attachment

_API = "/_matrix/client/v1/media/download"  # the one that wants to know who asks
_ADDRESS = re.compile(r"mxc://([A-Za-z0-9.:\[\]-]+)/([A-Za-z0-9_-]+)")
_CHUNK = 65536
_SECONDS = 60.0  # without a byte
_REMEMBERED = 100  # files of which the server's address is known


class Files:
    """The files of one account. What was sent once is not uploaded again for the next to get it."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, bool], dict[str, Any]] = OrderedDict()
        self._uploading = asyncio.Lock()  # one at a time: each may be large, and many get the same one

    async def place(
        self, client: AsyncClient, attachment: Attachment, content: Callable[[], Awaitable[bytes]], *, encrypted: bool
    ) -> dict[str, Any]:
        """Where a file that is to be sent can be fetched, as it stands in an event: `url`, or `file` with its keys.

        Raises DeliveryFailed.
        """
        assert attachment.file_id is not None
        key = (attachment.file_id, encrypted)
        async with self._uploading:
            if key not in self._known:
                try:
                    self._known[key] = await _upload(client, attachment, await content(), encrypted=encrypted)
                except (Refused, *NO_ANSWER) as error:
                    raise failed_file(error) from error
                if len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
            return self._known[key]


async def _upload(client: AsyncClient, attachment: Attachment, content: bytes, *, encrypted: bool) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    media, name = attachment.media_type, attachment.name
    if encrypted:
        content, keys = await asyncio.to_thread(encrypt_attachment, content)
        media, name = "application/octet-stream", ""
    async with asyncio.timeout(_SECONDS):
        answer, _ = await client.upload(lambda *_: content, media, name or None, filesize=len(content))
    url = checked(answer).content_uri
    return {"file": keys | {"url": url}} if encrypted else {"url": url}


async def fetch(client: AsyncClient, attachment: Attachment, most: int) -> bytes:
    """The content of a file that came in, decrypted where it has to be. No more than `most` bytes are read.

    Raises TooBig, and DeliveryFailed, for good when the file is gone or is not what its message says it is.
    """
    source = json.loads(attachment.source)
    try:
        content = await _download(client, str(source.get("url", "")), most)
    except (Refused, *NO_ANSWER) as error:
        raise failed_file(error) from error
    if "key" not in source:
        return content
    try:
        return await asyncio.to_thread(_decrypt, content, source)
    except (EncryptionError, ValueError, LookupError) as error:
        raise DeliveryFailed("het bestand is beschadigd", permanent=True) from error


def _decrypt(content: bytes, source: dict[str, str]) -> bytes:
    opened: bytes = decrypt_attachment(content, source["key"], source["sha256"], source["iv"])
    return opened


async def _download(client: AsyncClient, url: str, most: int) -> bytes:
    # Not the library's own call: that reads whatever comes, however much it is.
    address = _ADDRESS.fullmatch(url)
    if address is None:
        raise DeliveryFailed("het bestand is beschadigd", permanent=True)
    headers = {"Authorization": f"Bearer {client.access_token}"}
    path = f"{_API}/{address[1]}/{address[2]}"
    async with await client.send("GET", path, headers=headers, timeout=_SECONDS) as answer:
        if answer.status != 200:
            raise await refused(answer)
        got = bytearray()
        async for chunk in answer.content.iter_chunked(_CHUNK):
            got += chunk
            if len(got) > most:
                raise TooBig
        return bytes(got)
