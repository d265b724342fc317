"""Our small Markdown: **bold**, _italic_, `code`, [links](https://…) and lines that begin with “- ”.

The bot's own sentences use it; what people wrote goes through `escape` first and is then only ever text.
Lines and blank lines stay as they are. Parsing is markdown-it's, with inline rules only.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape as html_escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("zero").enable(["emphasis", "link", "backticks", "escape", "newline"])
_SPECIAL = re.compile(r"([\\`*_\[\]])")
_DASH = re.compile(r"(?<!\S)-(?= )")  # at the start of a line, or of a piece once a long text is split
_BULLET = re.compile(r"^- ", re.MULTILINE)
_TAGS = {"strong": "b", "em": "i", "s": "s"}


def escape(written: str) -> str:
    """What somebody wrote, as text that no platform reads as markup."""
    return _DASH.sub(r"\\-", _SPECIAL.sub(r"\\\1", written))


@lru_cache(maxsize=64)
def html(text: str) -> str:
    """For Telegram and Matrix: only b, i, code and a (http and https); newlines stay newlines.

    The last ones are remembered: a notice and the help go to many people in a row.
    """
    return "".join(_html(_tokens(text)))


def plain(text: str) -> str:
    """For a terminal or a notification: no markup, an address after the words that link to it."""
    return "".join(_plain(_tokens(text)))


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, most: int) -> list[str]:
    """Pieces of at most `most` UTF-16 units each: at blank lines, else lines, else words, else anywhere.

    Markup is counted as well, so that a piece never comes out too long.
    """
    if units(text) <= most:
        return [text]
    for separator in ("\n\n", "\n", " "):
        if separator in text:
            return [piece for part in _packed(text.split(separator), separator, most) for piece in split(part, most)]
    return _cut(text, most)


def _packed(parts: list[str], separator: str, most: int) -> Iterator[str]:
    packed, size = list[str](), 0
    for part in parts:
        more = units(part) + len(separator)
        if packed and size + more > most:
            yield separator.join(packed)
            packed, size = [], 0
        packed.append(part)
        size += more
    yield separator.join(packed)


def _cut(text: str, most: int) -> list[str]:
    # One endless word. Half of `most` characters is never over `most` units, whatever the characters.
    size = max(1, most // 2)
    pieces: list[str] = []
    while text:
        piece = text[:size]
        if len(piece) < len(text) and (len(piece) - len(piece.rstrip("\\"))) % 2:
            piece = piece[:-1] or text[:2]  # never between a backslash and what it escapes
        pieces.append(piece)
        text = text[len(piece) :]
    return pieces


def _tokens(text: str) -> Iterable[Token]:
    text = _BULLET.sub("• ", text)
    if not _SPECIAL.search(text):  # most answers are plain sentences; parsing them costs more than sending
        return (Token("text", "", 0, content=text),)
    return _PARSER.parseInline(text)[0].children or ()


def _html(tokens: Iterable[Token]) -> Iterator[str]:
    links: list[bool] = []
    for token in tokens:
        match token.type:
            case "text" | "text_special":
                yield html_escape(token.content)
            case "softbreak" | "hardbreak":
                yield "\n"
            case "code_inline":
                yield f"<code>{html_escape(token.content)}</code>"
            case "link_open":
                address = str(token.attrGet("href") or "")
                links.append(_is_web(address))
                if links[-1]:
                    yield f'<a href="{html_escape(address)}">'
            case "link_close":
                if links.pop():
                    yield "</a>"
            case _ if token.tag in _TAGS:
                yield f"<{'/' if token.nesting < 0 else ''}{_TAGS[token.tag]}>"


def _plain(tokens: Iterable[Token]) -> Iterator[str]:
    links: list[str] = []
    for token in tokens:
        match token.type:
            case "text" | "text_special" | "code_inline":
                yield token.content
            case "softbreak" | "hardbreak":
                yield "\n"
            case "link_open":
                links.append(str(token.attrGet("href") or ""))
            case "link_close":
                address = links.pop()
                if _is_web(address):
                    yield f" ({address})"


def _is_web(address: str) -> bool:
    return address.startswith(("https://", "http://"))
