"""What was said to the bot: stored before the platform hears so, handled exactly once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, null, select, text, update
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session

from domain.messages import Address, Attachment, Incoming, Kind
from storage import chats, outbox
from storage.tables import InboxMessage, SyncMark
from storage.tables.columns import core, in_chat, listed

_INBOX, _MARK = core(InboxMessage), core(SyncMark)
_KNOWN = select(_INBOX.c.key).where(_INBOX.c.key.in_(listed("keys")))
_RECEIVE = insert(_INBOX).on_conflict_do_nothing(index_elements=["key"])
_CLAIM = update(_INBOX).where(text("unclaimed")).values(unclaimed=False).returning(_INBOX.c.id)
_HANDLED = (
    update(_INBOX)
    .where(_INBOX.c.key.in_(listed("keys")), _INBOX.c.handled_at.is_(None))
    .values(handled_at=bindparam("now"), text="", own=null(), attachment=null())
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a platform has been read, and the chats that were found to have moved on the way: old, new.

    Stored with what was said up to there, so that neither can be lost without the other.
    """

    platform: str
    token: str
    moved: tuple[tuple[Address, Address], ...] = ()


class AlreadyHandled(Exception):
    """Somebody else handled one of these messages meanwhile; nothing of this transaction may stand."""


def receive(
    session: Session, batch: Sequence[Incoming], now: datetime, mark: Mark | None = None, *, unclaimed: bool = False
) -> list[Incoming]:
    """Stores what is new and returns that; a message delivered before is left as it is.

    `mark` is stored as well: everything up to there is in this batch or was in an earlier one. What is `unclaimed`
    another process is to take up.
    """
    if mark:
        for old, new in mark.moved:
            chats.moved(session, old, new)
            outbox.hurry(session, new.platform, now, new.chat)  # what the old chat no longer took
        stored = insert(_MARK).values(platform=mark.platform, token=mark.token)
        session.execute(stored.on_conflict_do_update(index_elements=["platform"], set_={"token": mark.token}))
    if not batch:
        return []
    keys = [said.key for said in batch]
    known = set(session.connection().execute(_KNOWN, {"keys": keys}).scalars())
    fresh = list({said.key: said for said in batch if said.key not in known}.values())
    if fresh:
        session.connection().execute(
            _RECEIVE,
            [
                {
                    "key": said.key,
                    "platform": said.chat.platform,
                    "address": said.chat.chat,
                    "kind": said.kind,
                    "text": said.text,
                    "in_group": said.group,
                    "own": said.own or None,
                    "message_id": said.message_id or None,
                    "attachment": said.attachment.as_json() if said.attachment else None,
                    "said_at": said.at,
                    "received_at": now,
                    "unclaimed": unclaimed,
                }
                for said in fresh
            ],
        )
    return fresh


def reached(session: Session, platform: str) -> str | None:
    """The token of a platform's last mark; None when it has never been read."""
    found: str | None = session.scalar(select(_MARK.c.token).where(_MARK.c.platform == platform))
    return found


def unhandled(session: Session) -> list[Incoming]:
    """What earlier processes received and did not get to, oldest first."""
    session.execute(_CLAIM)
    return _said(session.execute(select(_INBOX).where(_INBOX.c.handled_at.is_(None)).order_by(_INBOX.c.id)))


def unclaimed(session: Session) -> list[Incoming]:
    """Takes up what processes that do not answer have received since the last time, oldest first."""
    taken = session.connection().execute(_CLAIM).scalars().all()
    if not taken:
        return []
    return _said(session.execute(select(_INBOX).where(_INBOX.c.id.in_(taken)).order_by(_INBOX.c.id)))


def _said(rows: Iterable[Any]) -> list[Incoming]:
    return [
        Incoming(
            text=row.text,
            chat=Address(row.platform, row.address),
            at=row.said_at,
            key=row.key,
            kind=row.kind,
            group=row.in_group,
            own=row.own or "",
            message_id=row.message_id or "",
            attachment=Attachment.from_json(row.attachment) if row.attachment else None,
        )
        for row in rows
    ]


def handled(session: Session, keys: Sequence[str], now: datetime) -> None:
    """Marks messages as handled and forgets their text. Raises AlreadyHandled if one of them was."""
    done: Any = session.connection().execute(_HANDLED, {"keys": list(keys), "now": now})
    if done.rowcount != len(keys):
        raise AlreadyHandled


def handled_since(session: Session, chat: Address, kind: Kind, since: datetime) -> bool:
    """Whether something of this kind was handled in a chat since a moment (UTC; a week back at most)."""
    query = select(_INBOX.c.id).where(
        in_chat(_INBOX.c, chat),
        _INBOX.c.kind == kind,
        _INBOX.c.handled_at >= since,
    )
    return session.execute(query.limit(1)).first() is not None


def was_said(session: Session, chat: Address, message_id: str) -> Kind | None:
    """What was received in a chat (in the last week) with this id of the platform's: words, those with personal data
    apart, or a file; None when it was nothing of those."""
    query = select(_INBOX.c.kind).where(
        in_chat(_INBOX.c, chat),
        _INBOX.c.message_id == message_id,
        _INBOX.c.kind.in_((Kind.TEXT, Kind.PERSONAL, Kind.FILE)),
    )
    latest_first = query.order_by(_INBOX.c.id.desc()).limit(1)  # there it is found at once, without an index
    found: Kind | None = session.scalar(latest_first)
    return found


def forget(session: Session, before: datetime) -> None:
    """Deletes the keys of messages handled before a moment; platforms repeat themselves for a day at most."""
    session.execute(delete(_INBOX).where(_INBOX.c.handled_at < before))
