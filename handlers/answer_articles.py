"""An answer of the griffie becomes an article of its municipality, without the names of who asked and who answered."""

import re

from domain.messages import Choice, Incoming, Refusal, Reply
from handlers import forms, local, numbers
from handlers.context import Context
from handlers.nameless import cleaned
from storage import questions
from storage.tables import Part, Question, QuestionState

_LONGEST_TITLE, _LONGEST_SHORT = 60, 500
_MORE = "Meer uitleg"


def offered(row: Question) -> tuple[Choice, ...]:
    """What the griffie may do with a question that was answered."""
    return () if row.confidential else (Choice("Maak er een artikel van", f"/maakartikel {row.id}"),)


def make(said: Incoming, ctx: Context) -> Reply:
    """/maakartikel 3: the wording is shown; the griffie corrects it, and only what it confirms is kept."""
    row = questions.one(ctx.session, ctx.member, numbers.read(said, "/vragen"))
    if row.confidential:
        raise Refusal("Van een vertrouwelijke vraag maak ik geen artikel.")
    if row.state == QuestionState.WITHDRAWN:
        raise Refusal("Deze vraag is ingetrokken. De tekst is gewist.")
    given = [message.text for message in questions.thread(ctx.session, row) if message.part == Part.ANSWER]
    if not given:
        raise Refusal("Deze vraag is nog niet beantwoord.", Choice("Beantwoorden", f"/beantwoord {row.id}"))
    asked, answer = cleaned(row.text, ctx), cleaned(given[-1], ctx)
    if not any(map(str.isalpha, answer)) or not any(map(str.isalpha, asked)):
        raise Refusal("Zonder namen blijft er niets over. Schrijf zelf een artikel.", Choice("Artikel", "/artikel"))
    short, more = _cut(answer, _LONGEST_SHORT)
    return forms.begin(
        local.WRITTEN,
        ctx,
        given={
            "instead_of": "",
            "title": _title(asked),
            "short": short,
            "questions": [" ".join(asked.split())[:150]],
            "heading": _MORE if more else None,
            "text": more or None,
        },
        intro=(
            "Dit artikel komt uit uw antwoord. Namen en gegevens die ik herken, heb ik weggehaald: daar staat “…”. "
            "Lees goed na of er nog iets in staat waaraan iemand te herkennen is, en of het duidelijk is voor wie de "
            "vraag niet kent."
        ),
    )


def _title(asked: str) -> str:
    first = re.split(r"(?<=[.?!])\s", " ".join(asked.split()), maxsplit=1)[0]
    if len(first) <= _LONGEST_TITLE:
        return first
    return first[: _LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _cut(text: str, most: int) -> tuple[str, str]:
    """The beginning of a text, up to the end of a paragraph or a sentence, and what comes after it."""
    if len(text) <= most:
        return text, ""
    ends = [match.end() for match in re.finditer(r"\n\n|(?<=[.?!])\s|\n", text) if match.end() <= most]
    end = ends[-1] if ends else text.rfind(" ", 0, most) + 1 or most
    return text[:end].strip(), text[end:].strip()
