"""What holds on every platform: the same tests for the terminal, Telegram, and Matrix, plain and encrypted."""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlmodel import Session, col

from domain.delivery import DeliveryFailed, Priority
from domain.markup import escape, units
from domain.messages import Attachment, Choice
from storage import members, outbox
from storage.database import transaction
from storage.parcels import Existing, Parcel
from storage.tables import InboxMessage, Member, RequestState, StoredFile, TrainingRequest
from tests.platforms import places
from tests.platforms.matrix import now
from tests.platforms.place import Place
from tests.synapse import Synapse

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.wire]

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 20
WRITTEN = (
    "**vet** *schuin* __ook__ `code` ~~door~~ [hier](https://kwaad.example) ![plaatje](x)",
    "<b>vet</b> <script>alert(1)</script> &amp; &lt; <a href='x'>y</a>",
    "- geen lijst\n1. ook niet\n> geen citaat\n# geen kop",
    r"\* \_ \\ een schuine streep \ en ]( nog wat",
    "@room https://gemeente.example/a_b_c 👩‍👩‍👧 é",
)
_ROWS = itertools.count(1_000_000)


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["terminal", "telegram", "matrix", "encrypted"])
async def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    folder = tmp_path_factory.mktemp("place")
    match request.param:
        case "terminal":
            opening = places.terminal(folder)
        case "telegram":
            opening = places.on_telegram(folder)
        case kind:
            synapse: Synapse = request.getfixturevalue("synapse")
            opening = places.on_matrix(folder, synapse, encrypted=kind == "encrypted")
    async with opening as here:
        yield here


def parcel(here: Place, text: str, **more: object) -> Parcel:
    """A message for Anna, as the outbox would hand it over."""
    given: dict[str, Any] = {"chat": here.chat, "priority": Priority.URGENT, "created_at": now()} | more
    return Parcel(next(_ROWS), text=text, **given)


def owe(here: Place, text: str) -> None:
    """A message that Anna is owed, by whatever way it goes."""
    with transaction(here.app.database.engine) as session:
        row = session.scalars(select(Member).where(col(Member.name) == "Anna Bakker")).one()
        assert row.id is not None
        outbox.tell(session, members.Known(row.id, row.person_id, row.municipality_id, row.name), text, now())


async def test_what_is_not_for_the_bot_is_nothing(place: Place) -> None:
    await place.says("/help")
    before, received = len(await place.shown()), await place.app.database.run(_received)
    await place.nonsense()
    assert "Dit komt er aan" in (await place.says("/agenda"))[-1].text
    # On Telegram one message of the nonsense is what a person says: it shows that the others were looked at.
    said = 2 if place.name == "telegram" else 1
    assert await place.app.database.run(_received) == received + said
    assert len(await place.shown()) == before + said


def _received(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(InboxMessage)) or 0


async def test_a_pressed_choice_says_what_its_words_say(place: Place) -> None:
    [offered] = await place.says("/bestaatniet")
    assert offered.labels == ("Wat kan ik hier?",)
    [pressed] = await place.presses("Wat kan ik hier?")
    for words in ("1", "Wat kan ik hier?", "wat kan ik HIER?", "/help"):
        await place.says("/bestaatniet")
        assert [one.text for one in await place.says(words)] == [pressed.text]
    assert pressed.text.startswith("Dit kan ik voor u doen")


async def test_an_answer_to_a_question_is_the_same_pressed_or_typed(place: Place) -> None:
    answers = []
    for answer in (place.presses, place.says):
        await place.says("/vraag Hoe laat begint de raad?")
        answers.append([(one.text, one.labels) for one in await answer("Ja, met mijn naam")])
        await place.says("stop")
    assert answers[0] == answers[1]
    assert "Hoe laat begint de raad?" in answers[0][-1][0]


async def test_a_choice_that_is_over_is_answered_with_a_sentence(place: Place) -> None:
    await place.says("/vraag Hoe laat begint de raad?")
    await place.presses("Stoppen")
    await place.says("/agenda")
    if place.changes:
        assert not any("Stoppen" in one.labels for one in await place.shown())
    else:
        assert "al voorbij" in (await place.presses("Stoppen"))[-1].text


async def test_who_changes_what_they_said_hears_that_it_was_handled_already(place: Place) -> None:
    if not place.changes:
        pytest.skip("what was typed at a terminal stays as it is")
    await place.says("/help")
    [heard] = await place.rewords("/agenda")
    assert "al verwerkt" in heard.text
    assert "Stuur het als nieuw bericht" in heard.text
    await place.says("/training")
    await place.says("Debateren")
    [heard] = await place.rewords("Debatteren")
    assert "Typ “terug”" in heard.text
    assert "Wie geeft de training?" in heard.text
    await place.says("stop")


@pytest.mark.parametrize("written", WRITTEN, ids=["markdown", "html", "lines", "backslashes", "names"])
async def test_nothing_that_people_wrote_is_read_as_markup(place: Place, written: str) -> None:
    before = len(await place.shown())
    await place.platform.send(parcel(place, escape(written)), escape(written), last=True)
    if place.name == "console":
        await place.says("/agenda")
        assert written in "\n".join(one.text for one in await place.shown())
    else:
        assert [one.text for one in (await place.shown())[before:]] == [written]


async def test_a_form_shows_what_was_typed_as_it_was_typed(place: Place) -> None:
    await place.says("/vraag Mag **dit** <b>wel</b>, [zo](https://a.example) of `zo`?")
    [summary] = await place.says("2")
    await place.says("stop")
    assert "Mag **dit** <b>wel</b>, [zo](https://a.example) of `zo`?" in summary.text


async def test_long_text_arrives_whole_in_pieces_that_fit(place: Place) -> None:
    paragraphs = [f"Deel {number}: " + "Een lange zin met 😀 en een ë. " * 30 for number in range(12)]
    before = len(await place.shown())
    owe(place, "\n\n".join(paragraphs))
    await place.settled()
    if place.name == "console":
        await place.says("/agenda")
    got = [one.text for one in (await place.shown())[before:]]
    assert all(units(text) <= place.platform.limits.most for text in got)
    if place.name != "console":
        assert len(got) > 1
    whole = " ".join(" ".join(got).split())
    position = 0
    for paragraph in paragraphs:  # all of it, once, in order
        position = whole.index(" ".join(paragraph.split()), position) + len(paragraph.strip())
    assert whole.count("😀") == 12 * 30


async def test_what_must_be_noticed_alerts_and_a_change_does_not(place: Place) -> None:
    if not place.changes:
        pytest.skip("what was printed at a terminal stays as it is")
    await place.settled()
    before = len(await place.shown())
    asked = parcel(place, "Komt u?", choices=(Choice("Ik kom", "/kom"), Choice("Ik kom niet", "/komniet")))
    message_id = await place.platform.send(asked, asked.text, last=True)
    [new] = (await place.shown())[before:]
    assert (new.text, new.labels, new.alerts) == ("Komt u?", ("Ik kom", "Ik kom niet"), True)
    for text in ("Komt u?\n\n✓ Ik kom", "Komt u?\n\n✓ Ik kom", "De <vergadering> gaat **niet** door."):
        change = parcel(place, text, replaces=Existing(message_id, asked.text), priority=Priority.CHANGE)
        await place.platform.edit(change, text)
        shown = await place.shown()
        assert len(shown) == before + 1  # nothing new that could alert
        assert shown[-1].labels == ()
    assert shown[-1].text == "De <vergadering> gaat niet door."


async def test_a_change_of_what_is_not_there_harms_nobody(place: Place) -> None:
    nowhere = Existing("$nergens" if place.name == "matrix" else "99999999", "Oud")
    change = parcel(place, "Nieuw", replaces=nowhere, priority=Priority.CHANGE)
    if not place.changes:
        await place.platform.edit(change, "Nieuw")
        return
    with pytest.raises(DeliveryFailed) as failure:
        await place.platform.edit(change, "Nieuw")
    assert failure.value.gone


async def test_a_file_comes_in_as_it_was_sent_and_goes_out_the_same(place: Place) -> None:
    with transaction(place.app.database.engine) as session:
        session.add(_approved(session))
    answer = await place.sends(PDF, "bon.pdf")
    assert answer[-1].text.startswith("Ik heb uw bestand ontvangen: bon.pdf (5 kB).")
    await place.says("stop")
    with transaction(place.app.database.engine) as session:
        assert session.scalars(select(col(StoredFile.content))).all() == [PDF]
    before = len(await place.shown())
    file = Attachment("bon.pdf", "application/pdf", len(PDF), file_id=next(_ROWS))

    async def read() -> bytes:
        return PDF

    await place.files.send_file(parcel(place, "Uw bon", attachment=file), "Uw bon", read)
    if place.name == "console":
        await place.says("/agenda")
        assert "📎 bon.pdf" in "\n".join(one.text for one in await place.shown())
    else:
        new = (await place.shown())[before:]
        assert [one.file for one in new if one.file] == [PDF]
        assert "Uw bon" in [one.text for one in new]


def _approved(session: Session) -> TrainingRequest:
    anna = session.scalars(select(Member).where(col(Member.name) == "Anna Bakker")).one()
    assert anna.id is not None
    return TrainingRequest(
        municipality_id=anna.municipality_id,
        member_id=anna.id,
        cause="contract",
        title="Debatteren",
        provider="Raadsacademie",
        day=now().date(),
        cost_cents=30_000,
        why="Om te leren",
        state=RequestState.APPROVED,
        submitted_at=now(),
    )


async def test_who_shut_the_bot_out_gets_nothing_and_that_is_known(place: Place) -> None:
    closed = await place.closed()
    if closed is None:
        pytest.skip("at a terminal nobody can shut out the bot")
    for chat in (closed, type(closed)(closed.platform, "!nergens:localhost" if place.name == "matrix" else "424242")):
        message = parcel(place, "Dag", chat=chat)
        with pytest.raises(DeliveryFailed) as failure:
            await place.platform.send(message, message.text, last=True)
        assert failure.value.unreachable
        assert failure.value.permanent
        assert not failure.value.uncertain
        assert closed.chat not in failure.value.reason
