"""Every message has an outcome, in every state: an answer, or a silence that is written down here and why.

What happens in a chat and is nobody's words is recorded and answered by nothing; the same message twice is answered
once. And whatever was said: nothing stays unhandled, what people typed is erased, and a question that waits for the
griffie has a moment at which somebody is told.
"""

import asyncio
import secrets
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col
from structlog.testing import capture_logs

from bot.platform import TooBig
from domain.delivery import DeliveryFailed
from domain.messages import Attachment, Incoming, Kind, readable
from storage import outbox
from storage.database import transaction
from storage.tables import InboxMessage, OpenForm, Question, QuestionState
from tests.mandates import end
from tests.test_any_input import ANNA, GRIET, SAID, told
from tests.town import Town, chat, town

# Who talks, and what is the matter with them.
ROOM = "groep op matrix"  # linked to a committee
WHO = {
    "anna": "a raadslid, in any state",
    "griet": "the griffier, in any state",
    "chris": "somebody whose mandate ended",
    "vreemde": "somebody whom nobody knows",
    "groep": "a group that is not linked",
    ROOM: "a group that is linked",
    "bram": "somebody reached here",
    "bram op matrix": "the same person on a platform that is switched off",
}
SILENT = {
    Kind.BLOCKED: "the person shut the bot out: nothing would arrive",
    Kind.UNBLOCKED: "nobody said anything",
    Kind.OVERHEARD: "others came in: what is said to that is owed as a message of its own",
}
PERSONAL = [
    "mijn bsn is 111222333",
    "bel 06-12345678",
    "NL91ABNA0417164300",
    "jan@example.nl",
    "Kerkstraat 12, 1234 AB",
]
COUNCIL_TALK = [
    "Hoe dien ik een motie in?",
    "en hoeveel is dat?",
    "dank u",
    "ik word bedreigd, help",
    "Wanneer is de borrel?",
]


@dataclass(frozen=True)
class Happening:
    """Something that reaches the bot: who, what kind, and the words, or which button or earlier message."""

    who: str
    kind: Kind
    text: str
    which: int


HAPPENINGS = st.builds(
    Happening,
    st.sampled_from([*WHO, "anna", "anna", "griet"]),
    st.sampled_from([Kind.TEXT] * 8 + [kind for kind in Kind if kind is not Kind.PERSONAL]),
    SAID | st.sampled_from([*PERSONAL, *COUNCIL_TALK]),
    st.integers(0, 30),
)


async def prepared(here: Town) -> None:
    await here.says("griet", "/groepen koppelen")
    await here.says("griet", "Commissie Ruimte")
    await here.says("bram", "/koppel")
    await here.says("bram op matrix", here.code())
    await here.says("griet", "/groepen koppelen")
    await here.says("griet", "Commissie Samenleving")
    await here.says(ROOM, f"/koppel {here.code()}")
    for text in ("/vraag Wie belt mij?", "ja", "ja"):
        await here.says("bram", text)
    for text in ("/platform uit matrix", "Te weinig gebruikt", "ja"):
        await here.says("griet", text)
    end(here.engine, "Chris Yilmaz")


def incoming(here: Town, one: Happening, earlier: list[str]) -> Incoming:
    text, attachment, key = readable(one.text), None, secrets.token_hex(8)
    match one.kind:
        case Kind.PRESSED:
            offered = [letter for letter in here.paper.letters if letter.to == one.who and letter.choices]
            if offered:
                letter = offered[-1 - one.which % len(offered)]
                text = f"{letter.id}.{one.which % len(letter.choices)}"
        case Kind.CHANGED:
            text = earlier[-1 - one.which % len(earlier)] if earlier and one.which % 2 else "never-said"
        case Kind.FILE:
            content: list[bytes | Exception] = [
                b"%PDF-1.7\n",
                b"\xff\xd8\xff\xe0",
                b"",
                DeliveryFailed("weg", permanent=True),
                TooBig(),
            ]
            here.paper.files[key] = here.matrix.files[key] = content[one.which % len(content)]
            attachment, text = Attachment(one.text[:30] or "x", "", one.which * 1_000_000, key), ""
        case Kind.TEXT:
            pass
        case _:
            text = ""
    at = chat(one.who)
    group = here.paper.is_group(at.chat)
    return Incoming(text, at, here.now, key, one.kind, group, message_id=key, attachment=attachment)


def silence(one: Happening, said: Incoming, heard: list[Incoming]) -> str:
    """Why nothing is answered; empty when something must be."""
    if said.kind in SILENT:
        return SILENT[said.kind]
    if said.kind is Kind.CHANGED:
        words = {before.key for before in heard if before.kind is Kind.TEXT and before.chat == said.chat}
        return "" if said.text in words else "what was changed were no words that were handled"
    if said.kind is Kind.SEALED:
        again = any(before.kind is Kind.SEALED and before.chat == said.chat for before in heard)
        return "it was explained today" if again else ""
    return ""


async def happen(begin: tuple[list[str], list[str]], happenings: list[Happening], folder: Path) -> None:
    async with town(folder) as here:
        await prepared(here)
        for who, before in zip(("anna", "griet"), begin, strict=True):
            for text in before:
                await told(here, who, text)
        heard: list[Incoming] = []
        for one in happenings:
            said = incoming(here, one, [before.key for before in heard])
            count = len(here.paper.letters)
            await here.app.intake.receive([said])
            await here.app.settled()
            own = [letter for letter in here.paper.letters[count:] if letter.to == one.who]
            why = silence(one, said, heard)
            if not why:
                assert own, (one, "was answered by nothing")
            elif said.kind is not Kind.OVERHEARD:
                assert own == [], (one, why)
            await here.app.intake.receive([said])
            await here.app.settled()
            after = [letter for letter in here.paper.letters[count:] if letter.to == one.who]
            assert after == own, (one, "was answered twice")
            heard.append(said)
        nothing_is_left(here)


def nothing_is_left(here: Town) -> None:
    with transaction(here.engine) as session:
        for message in session.scalars(select(InboxMessage)):
            assert message.handled_at is not None
            assert (message.text, message.attachment) == ("", None)
        waiting = col(Question.state).in_([QuestionState.OPEN, QuestionState.TAKEN])
        assert all(question.nudge_at for question in session.scalars(select(Question).where(waiting)))
        finished = session.scalars(select(Question).where(~waiting))
        assert not any(question.nudge_at for question in finished)
        people = list(session.scalars(select(col(OpenForm.person_id))))
        assert len(people) == len(set(people))
        assert outbox.due_now(session, here.now) == 0


def test_every_kind_of_thing_that_happens_is_spoken_of() -> None:
    assert set(SILENT) < set(Kind)


@pytest.mark.exhaustive
@given(
    st.tuples(st.sampled_from([ANNA[0], *ANNA[-8:], *ANNA[6:12]]), st.sampled_from([GRIET[0], *GRIET[7:]])),
    st.lists(HAPPENINGS, min_size=4, max_size=14),
)
@example(
    (ANNA[-3], []), [Happening(who, kind, "Hallo daar", 1) for who in WHO for kind in Kind if kind != Kind.PERSONAL]
)
@example(([], ["/doorvraag 1"]), [Happening(who, Kind.TEXT, text, 0) for who in ("anna", "bram") for text in PERSONAL])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
def test_everything_has_an_outcome(begin: tuple[list[str], list[str]], happenings: list[Happening]) -> None:
    with TemporaryDirectory() as folder, capture_logs() as logs:
        asyncio.run(happen(begin, happenings, Path(folder)))
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
