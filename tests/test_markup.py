"""What people wrote is only ever text, and nothing of a long text is lost."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.markup import escape, html, plain, split, units
from domain.typed import kept

MARKED = st.text(alphabet="ab é😀\\`*_[]()<>&\"'-!~#.:/\n", max_size=60)
ANY = MARKED | st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
TAG = re.compile(r"<[^>]*>")


class Tags(HTMLParser):
    """Collects every tag that a reader of HTML would see, and the text between them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def as_read(shown: str) -> Tags:
    found = Tags()
    found.feed(shown)
    found.close()
    return found


@given(ANY.map(kept))
@example("- een streepje\n- en nog een")
@example("**vet** - *schuin*\n\n- x")
@example("[klik](http://fout.example)")
@example("a\\\nb")
@settings(max_examples=300, deadline=None)
def test_what_somebody_wrote_comes_out_as_they_wrote_it(written: str) -> None:
    assert plain(escape(written)) == written


@given(ANY)
@settings(max_examples=300, deadline=None)
def test_what_somebody_wrote_never_becomes_a_tag(written: str) -> None:
    for shown in (html(escape(written)), html(f"**Reden:** {escape(written)}\n- x").removeprefix("<b>Reden:</b>")):
        assert not TAG.search(shown)
        assert as_read(shown).tags == []


@given(ANY.map(kept))
@settings(max_examples=300, deadline=None)
def test_html_and_plain_show_the_same_words(written: str) -> None:
    assert unescape(html(escape(written))) == plain(escape(written))


@given(MARKED)
@settings(max_examples=300, deadline=None)
def test_our_own_markup_only_makes_the_tags_that_platforms_permit(text: str) -> None:
    shown = as_read(html(text))
    assert set(shown.tags) <= {"b", "i", "code", "a"}
    opened = re.findall(r"<(/?\w+)", html(text))
    stack: list[str] = []
    for tag in opened:
        if tag.startswith("/"):
            assert stack.pop() == tag[1:]
        else:
            stack.append(tag)
    assert not stack


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**vet** en _schuin_", "<b>vet</b> en <i>schuin</i>"),
        ("[wet](https://wet.example/a?b=1&c=2)", '<a href="https://wet.example/a?b=1&amp;c=2">wet</a>'),
        ("[slecht](javascript:alert)", "[slecht](javascript:alert)"),
        ("[slecht](tg://user?id=1)", "slecht"),
        ("- een\n- twee", "• een\n• twee"),
        ("**vet**- geen punt", "<b>vet</b>- geen punt"),
        ("een\n\ntwee", "een\n\ntwee"),
        ("<b>&amp;</b>", "&lt;b&gt;&amp;amp;&lt;/b&gt;"),
        ("`a*b*`", "<code>a*b*</code>"),
    ],
)
def test_markup_for_platforms_that_read_html(text: str, shown: str) -> None:
    assert html(text) == shown


def test_plain_text_shows_where_a_link_leads() -> None:
    assert plain("Zie [de wet](https://wet.example).") == "Zie de wet (https://wet.example)."


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(ANY | st.text(alphabet="abc *\\\n😀", min_size=50, max_size=400), st.integers(6, 60))
@settings(max_examples=300, deadline=None)
def test_pieces_are_short_enough_and_nothing_is_lost(text: str, most: int) -> None:
    pieces = split(text, most)
    assert all(units(piece) <= most for piece in pieces)
    assert without_space("".join(pieces)) == without_space(text)


@given(st.text(alphabet="ab c*_`[]\\\n", max_size=300).map(kept), st.integers(6, 40))
@settings(max_examples=300, deadline=None)
def test_splitting_never_turns_what_somebody_wrote_into_markup(written: str, most: int) -> None:
    pieces = split(escape(written), most)
    assert without_space("".join(plain(piece) for piece in pieces)) == without_space(written)
    assert not any(TAG.search(html(piece)) for piece in pieces)


def test_a_text_is_split_at_blank_lines_before_lines_and_at_lines_before_words() -> None:
    assert split("een twee\n\ndrie vier\nvijf", 16) == ["een twee", "drie vier\nvijf"]
    assert split("een twee\ndrie vier", 10) == ["een twee", "drie vier"]
    assert split("een twee drie", 9) == ["een twee", "drie"]
    assert split("😀😀😀😀", 4) == ["😀😀", "😀😀"]
