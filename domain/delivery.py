"""The rules of delivering: what goes first, when to try again, when to give up, and what doubt means."""

from datetime import timedelta
from enum import IntEnum

BLOCKED = "heeft Raadsmaat geblokkeerd"
"""Why a chat is not reached whose person shut the bot out; they can let it in again themselves."""


class Priority(IntEnum):
    """What a message is, which decides what it may wait for: the lowest goes first."""

    CONVERSATION = 0
    URGENT = 1
    REMINDER = 2
    BROADCAST = 3
    CHANGE = 4  # of a message that is already there: it alerts nobody


# A second reminder does no harm and a missed one does; a notice may have consequences, so a person decides.
REPEATED_WHEN_IN_DOUBT = frozenset({Priority.CONVERSATION, Priority.URGENT, Priority.REMINDER})

# Seconds to wait after the first, second … failure. The sum is about two days: an outage over a weekend. A quarter
# of an hour at most, since nobody should hear hours after it is over what they should have heard when it began.
_WAITS = (2, 10, 60, 300, *(900,) * 191)
_LONGEST = timedelta(days=3)
MOST_DOUBTS = 3
# A platform that failed for so long and works again is tried with all that waits for it; shorter, and one message
# that is refused between others that are taken would be tried with each of those.
OUTAGE = timedelta(minutes=1)

# A service that recognises a send that is repeated, or whose chats can be asked whether it is there already: it is
# then shown once only.
_RECOGNISED = frozenset({"matrix"})
HANGS_AFTER = timedelta(minutes=5)


class DeliveryFailed(Exception):
    """A platform did not take a message. `reason` is for the griffie: Dutch, short, without names.

    `permanent`: trying again will not help. `unreachable`: nothing will arrive in that chat any more.
    `uncertain`: it may have arrived all the same; when `permanent` as well, nobody can find out. `gone`: what was to
    be changed is not there, or may not be changed any more; that harms nobody. `retry_after`: seconds the platform
    asks to wait, and `everyone` whether it says that this holds for all chats. `here_only`: it says nothing about
    other chats, which the platform serves as ever. `moved_to`: the chat goes on under this name, and the message can
    be sent there.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        unreachable: bool = False,
        uncertain: bool = False,
        gone: bool = False,
        retry_after: float | None = None,
        everyone: bool = False,
        here_only: bool = False,
        moved_to: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent or unreachable or gone
        self.unreachable = unreachable
        self.uncertain = uncertain
        self.gone = gone
        self.retry_after = retry_after
        self.everyone = everyone
        self.here_only = here_only
        self.moved_to = moved_to

    @property
    def asks_to_wait(self) -> bool:
        """Whether it surely did not arrive, and the platform will take it later."""
        return bool(self.retry_after) and not (self.uncertain or self.permanent)


def wait(attempts: int) -> timedelta | None:
    """How long after the `attempts`-th failure (1 is the first) to try again; None: give up."""
    return timedelta(seconds=_WAITS[attempts - 1]) if attempts <= len(_WAITS) else None


def waits(age: timedelta) -> bool:
    """Whether a message that was made so long ago still waits when a platform asks to."""
    return age < _LONGEST


def recognised(platform: str | None) -> bool:
    """Whether a message that may have arrived can be sent again without being shown twice."""
    return platform in _RECOGNISED


def repeats(priority: Priority, doubtful: int) -> bool:
    """Whether a message that may have arrived is sent again, after `doubtful` such attempts."""
    return priority in REPEATED_WHEN_IN_DOUBT and doubtful < MOST_DOUBTS
