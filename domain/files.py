"""Files that people send: which we take, what they really are, and what to call them."""

import re
import unicodedata
from dataclasses import dataclass

from domain.messages import Attachment, Refusal

MOST_BYTES = 10_000_000
_MOST_NAME = 60  # characters, without the ending
_STRANGE = re.compile(r'[/\\:*?"<>|]')
WHICH = "Ik neem een PDF of een foto (JPEG, PNG, HEIC of WebP) tot 10 MB aan."
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/heic": ".heic",
    "image/webp": ".webp",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched from a platform; without `content` that did not succeed, and `why` is for the person."""

    content: bytes = b""
    why: str = ""


def media_type(content: bytes) -> str | None:
    """What a file is, by what is in it; None for what we do not take. Its name and its sender may lie."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "image/heic"
    if b"%PDF-" in content[:1024]:
        return "application/pdf"
    return None


def check(attachment: Attachment) -> None:
    """Refuses what is surely too big before it is fetched. Raises Refusal."""
    if attachment.size > MOST_BYTES:
        raise Refusal(f"Dit bestand is te groot. {WHICH}")


def taken(attachment: Attachment, fetched: Fetched) -> Attachment:
    """The attachment as its content shows it to be. Raises Refusal when we do not take it."""
    if fetched.why:
        raise Refusal(fetched.why)
    if len(fetched.content) > MOST_BYTES:
        raise Refusal(f"Dit bestand is te groot. {WHICH}")
    found = media_type(fetched.content)
    if found is None:
        raise Refusal(f"Dit soort bestand kan ik niet aannemen. {WHICH}")
    return Attachment(safe_name(attachment.name, found), found, len(fetched.content))


def safe_name(name: str, media: str) -> str:
    """A name without anything that a screen or a file system could be misled by, with the ending of what it is."""
    printable = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in unicodedata.normalize("NFC", name))
    stem, dot, _ending = _STRANGE.sub(" ", printable).rpartition(".")
    words = " ".join((stem if dot else _ending).split()).strip(" .")
    return (words[:_MOST_NAME].strip(" .") or "bestand") + _ENDINGS[media]


def size_text(size: int) -> str:
    """The size of a file as people write it."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")
