"""The rooms the bot is in: which invitations it takes, when it leaves, where a room that was replaced goes on."""

from collections import deque
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from nio import AsyncClient, InviteMemberEvent, MatrixRoom, RoomUpgradeEvent, SyncResponse

from bot.matrix import kept
from bot.matrix.errors import NO_ANSWER, Refused, checked
from bot.matrix.incoming import NAME, Room
from domain.messages import Address

log = structlog.get_logger()

_FILE = "rooms.json"
_WAITS = timedelta(minutes=10)  # for a stranger's invitation code
_SETTLES = timedelta(minutes=1)  # until a room of our own is as it will be
_MOST_GUESTS = 20
_MOST_AN_HOUR = 60  # invitations of strangers
_HOUR = timedelta(hours=1)


class Rooms:
    """Invitations and moves that must still be seen to, and the strangers whose code is waited for.

    They are kept in a file, since the server tells of each of them once.
    """

    def __init__(self, folder: Path, trusted: Collection[str], clock: Callable[[], datetime]) -> None:
        self._file = folder / _FILE
        self._trusted = frozenset(trusted)
        self._clock = clock
        kept_ = kept.read(self._file)
        self._invited: dict[str, dict[str, Any]] = kept_.get("invited", {})
        self._guests: dict[str, float] = kept_.get("guests", {})  # the room, and until when (seconds, UTC)
        self._following: dict[str, str] = kept_.get("following", {})  # a replaced room, and its successor
        self._entered: set[str] = set(kept_.get("entered", ()))  # to see whether they replace the room they should
        self._arrived: dict[str, str] = {}
        self._strangers: deque[datetime] = deque()
        self._opened: dict[str, datetime] = {}  # rooms of our own, in which nobody may be seen yet

    def is_guest(self, room_id: str) -> bool:
        """Whether nothing may be said in a room, but for an answer to an invitation code."""
        return room_id in self._guests

    def is_successor(self, room_id: str) -> bool:
        """Whether a room takes the place of another, so that a conversation goes on in it."""
        return room_id in self._following.values()

    def note(self, client: AsyncClient, response: SyncResponse) -> None:
        """Keeps what a sync tells of invitations and replaced rooms, before it is acknowledged."""
        before = (dict(self._invited), dict(self._following))
        for room_id, info in response.rooms.invite.items():
            for event in info.invite_state:
                if isinstance(event, InviteMemberEvent) and event.state_key == client.user_id:
                    direct = event.content.get("is_direct") is True
                    self._invited[room_id] = {"by": event.sender, "direct": direct}
        for room_id, info in response.rooms.join.items():
            if room_id in self._guests:  # a stranger who goes on elsewhere has to ask again, and is a stranger there
                continue
            for event in (*info.state, *info.timeline.events):
                if isinstance(event, RoomUpgradeEvent) and isinstance(event.replacement_room, str):
                    self._following[room_id] = event.replacement_room
        if before != (self._invited, self._following):
            self._keep()

    async def attend(self, client: AsyncClient, linked: Callable[[Address], Awaitable[bool]]) -> None:
        """Sees to everything that waits. What the server cannot do now is tried again at the next call."""
        for room_id, invitation in list(self._invited.items()):
            await self._try(self._answer(client, room_id, invitation))
        for old, new in list(self._following.items()):
            await self._try(self._follow(client, old, new))
        for room_id, until in list(self._guests.items()):
            if await linked(Address(NAME, room_id)):
                del self._guests[room_id]
                self._keep()
            elif self._clock().timestamp() > until or (
                room_id in client.rooms and not is_private(client.rooms[room_id])
            ):
                await self._try(self._leave(client, room_id))
        for room in list(client.rooms.values()):
            if is_empty(room) and not self._is_new(room.room_id):
                await self._try(self._leave(client, room.room_id))

    def opened(self, rooms: Collection[str]) -> None:
        """The bot made these rooms just now, and asked somebody to each."""
        self._opened |= dict.fromkeys(rooms, self._clock())

    def _is_new(self, room_id: str) -> bool:
        return room_id in self._opened and self._clock() < self._opened[room_id] + _SETTLES

    async def _try(self, work: Awaitable[None]) -> None:
        try:
            await work
        except (Refused, *NO_ANSWER) as error:
            log.info("a room must wait", error=type(error).__name__)

    async def _answer(self, client: AsyncClient, room_id: str, invitation: dict[str, Any]) -> None:
        trusted = self._trusts(invitation["by"])
        known = trusted or self.is_successor(room_id)
        takes = known or (invitation["direct"] and self._has_place())
        if takes and not known:  # before it comes in, so that nothing is said there meanwhile
            self._guests[room_id] = (self._clock() + _WAITS).timestamp()
        if trusted:
            self._entered.discard(room_id)
        elif takes and known:
            self._entered.add(room_id)
        try:
            if takes:
                checked(await client.join(room_id))
            else:
                checked(await client.room_leave(room_id))
        except Refused as refused:
            self._guests.pop(room_id, None)
            if refused.busy:
                raise
            log.info("an invitation no longer holds", code=refused.code)
        else:
            if takes and not known:
                self._strangers.append(self._clock())
        self._invited.pop(room_id, None)
        client.invited_rooms.pop(room_id, None)
        self._keep()

    def _trusts(self, user: str) -> bool:
        return user in self._trusted or user.partition(":")[2] in self._trusted

    def _has_place(self) -> bool:
        while self._strangers and self._strangers[0] < self._clock() - _HOUR:
            self._strangers.popleft()
        return len(self._guests) < _MOST_GUESTS and len(self._strangers) < _MOST_AN_HOUR

    async def _follow(self, client: AsyncClient, old: str, new: str) -> None:
        """Goes to the room that replaces another, if that room says the same: else anybody could be put anywhere."""
        if old in self._arrived:
            return
        try:
            await self._enter(client, new)
            created = checked(await client.room_get_state_event(new, "m.room.create")).content
        except Refused as refused:
            if refused.busy or refused.code == "M_FORBIDDEN":
                raise  # an invitation to it may still come
            created = {}
        match created:
            case {"predecessor": {"room_id": str() as before}} if before == old:
                self._arrived[old] = new
                self._entered.discard(new)
            case _:
                log.warning("a room was replaced by one that knows nothing of it")
                if new in self._entered:
                    await self._leave(client, new)
                self._entered.discard(new)
                del self._following[old]
                self._keep()

    async def _enter(self, client: AsyncClient, room_id: str) -> None:
        """Goes into a room that is said to replace another; only from within can be seen whether it does."""
        if room_id in client.rooms:
            return
        if room_id not in self._entered and room_id not in checked(await client.joined_rooms()).rooms:
            self._entered.add(room_id)  # kept before it comes in, so that it will not stay there by mistake
            self._keep()
        checked(await client.join(room_id))

    @property
    def moved(self) -> tuple[tuple[Address, Address], ...]:
        """The conversations that go on in another room from now on: old and new, to be stored."""
        return tuple((Address(NAME, old), Address(NAME, new)) for old, new in self._arrived.items())

    async def settle_moves(self, client: AsyncClient, moves: Collection[tuple[Address, Address]]) -> None:
        """Leaves the rooms of conversations whose move is stored now."""
        for old, _ in moves:
            self._arrived.pop(old.chat, None)
            self._following.pop(old.chat, None)
            self._keep()
            await self._try(self._leave(client, old.chat))

    async def _leave(self, client: AsyncClient, room_id: str) -> None:
        try:
            checked(await client.room_leave(room_id))
            checked(await client.room_forget(room_id))
        except Refused as refused:
            if refused.busy:
                raise
        client.rooms.pop(room_id, None)
        if self._guests.pop(room_id, None) is not None:
            self._keep()

    def _keep(self) -> None:
        kept.write(
            self._file,
            {
                "invited": self._invited,
                "guests": self._guests,
                "following": self._following,
                "entered": sorted(self._entered),
            },
        )


async def is_replaced(client: AsyncClient, room: MatrixRoom) -> bool:
    """Whether a room is closed because another takes its place; the bot may still have to be asked to that one.

    The server is asked when no sync has told so yet. Where it does not answer it may be so.
    """
    if room.replacement_room:
        return True
    try:
        checked(await client.room_get_state_event(room.room_id, "m.room.tombstone"))
    except Refused as refused:
        return refused.busy
    except NO_ANSWER:
        return True
    return True


def is_empty(room: MatrixRoom) -> bool:
    """Whether nobody but the bot is in a room, and nobody was asked to come."""
    return not any(user != room.own_user_id for user in room.users) and room.own_user_id in room.users


def is_private(room: MatrixRoom) -> bool:
    """Whether only one person can read along: nobody else is there, was asked, or can come in by themselves."""
    others = [user for user in room.users if user != room.own_user_id]
    return len(others) <= 1 and room.join_rule != "public" and room.history_visibility != "world_readable"


def as_read(room: MatrixRoom) -> Room:
    """A room as far as reading what is said in it goes."""
    return Room(room.room_id, room.own_user_id, is_private(room))
