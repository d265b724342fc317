"""The platforms on which the program talks, and what a municipality wants of them."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, optional_moment


class RunningPlatform(SQLModel, table=True):
    """A platform that the program was started with. `handle`: the bot's own name there, once it is known.

    `failing_since` is set while it does not work; `error` says what went wrong, without names.
    """

    name: str = Field(primary_key=True)
    handle: str = ""
    started_at: datetime = moment()
    failing_since: datetime | None = optional_moment()
    error: str | None = None


class ShownMenu(SQLModel, table=True):
    """A chat that shows a menu of commands of its own, for the roles of its person; `menu` says which."""

    platform: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    menu: str


class ClosedPlatform(SQLModel, table=True):
    """A platform that a municipality does not want to use (any more), with the reason its people are told."""

    municipality_id: int = Field(foreign_key="municipality.id", primary_key=True)
    platform: str = Field(primary_key=True)
    reason: str
    closed_at: datetime = moment()
    closed_by: int | None = Field(default=None, foreign_key="member.id")


class AskedIn(SQLModel, table=True):
    """Somebody whom the griffie asked to a chat, by their own address on a platform.

    `key` names the room that is made for it, so that it is made once; `room` is there once it is. Their joining it
    links it to the member. `refused_at`: the platform does not know the address, or they said no.
    """

    id: int | None = Field(default=None, primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    asked_by: int = Field(foreign_key="member.id")
    platform: str
    address: str
    key: str
    asked_at: datetime = moment()
    room: str | None = Field(default=None, index=True)
    joined_at: datetime | None = optional_moment()
    refused_at: datetime | None = optional_moment()
