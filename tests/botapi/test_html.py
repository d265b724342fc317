"""Telegram's HTML: what is refused, in its words, and what people then read."""

import pytest

from tests.botapi.entities import parse_html, utf16_length
from tests.botapi.errors import ApiError

BROKEN = [
    ("<b>vet", 'Can\'t find end tag corresponding to start tag "b"'),
    ("é <foo>x</foo>", 'Unsupported start tag "foo" at byte offset 3'),
    ("5 < 6", 'Unsupported start tag "" at byte offset 2'),
    ("een <b", "Unclosed start tag at byte offset 4"),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
    ('<a href="x>x</a>', "Unclosed start tag at byte offset 0"),
    ("<a href=x/y>x</a>", "Unexpected end of name token at byte offset 8"),
    ("B&W", 'Unescaped "&" at byte offset 1'),
    ("B&nbsp;W", 'Unescaped "&" at byte offset 1'),
]


@pytest.mark.parametrize(("source", "reason"), BROKEN)
def test_broken_html(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_html_becomes_text_and_entities() -> None:
    plain, entities = parse_html(
        '  😀 <b>A &amp; <i>B</i></b> <a href="https://raad.nl/?a=1&amp;b=2">link</a> &lt;&#x27;\n'
        '<pre><code class="language-py">x</code></pre><blockquote expandable>q</blockquote>'
        '<tg-spoiler>s</tg-spoiler><a href="javascript:x">kaal</a><b></b>\n'
    )
    assert plain == "😀 A & B link <'\nxqskaal"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 5},
        {"type": "italic", "offset": 7, "length": 1},
        {"type": "text_link", "offset": 9, "length": 4, "url": "https://raad.nl/?a=1&b=2"},
        {"type": "pre", "offset": 17, "length": 1, "language": "py"},
        {"type": "expandable_blockquote", "offset": 18, "length": 1},
        {"type": "spoiler", "offset": 19, "length": 1},
    ]
    assert utf16_length("😀é") == 3
