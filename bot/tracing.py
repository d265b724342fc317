"""Finding out whether a message arrived whose answer was lost, before anything else goes to its chat."""

import asyncio
from collections.abc import Callable, Collection

from bot.pacer import Pacer
from bot.platform import Tracer
from domain.delivery import DeliveryFailed
from storage.parcels import Parcel

_LATE = 1.0  # seconds in which a message can still arrive whose answer was lost
_PAUSES = (1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0)  # seconds, while the service does not answer


class Unsettled(Exception):
    """It could not be found out now; perhaps it can later."""


class InDoubt(Exception):
    """A message may have arrived, and that can be found out later."""

    def __init__(self, floor: int) -> None:
        super().__init__(floor)
        self.floor = floor
        self.failure = DeliveryFailed("geen antwoord gekregen; wordt nagegaan", uncertain=True)


async def trace(
    tracer: Tracer,
    pacer: Pacer,
    parcel: Parcel,
    owned: Collection[str],
    *,
    last: bool,
    goes_on: Callable[[], bool],
) -> str | None:
    """The id under which a message is there that may have arrived; None when it surely is not.

    To be called within the turn of the parcel, so that nothing else is on its way to that chat; `goes_on` is
    asked before each step. Raises Unsettled, and DeliveryFailed: also when it can never be found out.
    """
    assert parcel.floor is not None
    await asyncio.sleep(_LATE)
    candidates = tracer.candidates(parcel.chat.chat, parcel.floor, owned)
    if candidates is None:
        raise DeliveryFailed("geen antwoord gekregen, en niet na te gaan", uncertain=True)
    for candidate in candidates:
        for pause in _PAUSES:
            await pacer.spaced()
            if not goes_on():
                raise Unsettled
            try:
                if await tracer.is_there(parcel, candidate, last=last):
                    tracer.seen(parcel.chat.chat, candidate)
                    return candidate
                break
            except DeliveryFailed as failure:
                if failure.permanent:
                    raise
                if failure.retry_after:
                    pacer.pause(failure.retry_after, parcel.chat.chat)
                await asyncio.sleep(max(pause, failure.retry_after or 0.0))
        else:
            raise Unsettled
    return None
