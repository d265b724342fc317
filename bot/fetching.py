"""Getting a file that somebody sent from their platform: bounded in time and size, tried again, never for ever."""

import asyncio
from collections.abc import Mapping

import structlog

from bot.logs import where
from bot.platform import CarriesFiles, Platform, TooBig
from domain.delivery import DeliveryFailed
from domain.files import MOST_BYTES, WHICH, Fetched
from domain.messages import Incoming

log = structlog.get_logger()

_SECONDS = 60.0  # one attempt
_WAITS = (1, 2, 5, 15, 30, 60)  # seconds after each failure; then the person is asked to send it again
_LONGEST_ASKED = 300.0  # seconds that a service may ask to wait; people do not wait longer for a file
_NOT_HERE = "Hier kan ik geen bestanden aannemen. Stuur het in een andere chat met mij, of mail de griffie."
_FAILED = "Het lukte niet om uw bestand op te halen. Stuur het later opnieuw."


async def fetch(platforms: Mapping[str, Platform], said: Incoming, waits: tuple[float, ...] = _WAITS) -> Fetched:
    """The file that came with a message, or what to tell the person. Until it is handled its message is kept,
    so a program that was killed meanwhile begins again."""
    platform = platforms.get(said.chat.platform)
    if said.attachment is None or not isinstance(platform, CarriesFiles):
        return Fetched(why=_NOT_HERE)
    for wait in (*waits, None):
        asked = 0.0
        try:
            async with asyncio.timeout(_SECONDS):
                return Fetched(await platform.fetch(said.attachment, MOST_BYTES))
        except TooBig:
            return Fetched(why=f"Dit bestand is te groot. {WHICH}")
        except DeliveryFailed as failure:
            log.info("a file was not given", platform=said.chat.platform, permanent=failure.permanent)
            asked = failure.retry_after or 0.0
            if failure.permanent or asked > _LONGEST_ASKED:
                break
        except TimeoutError:
            log.info("a file did not come in time", platform=said.chat.platform)
        except Exception as error:
            log.error("a file cannot be fetched", error=type(error).__name__, at=where(error))
            break
        if wait is not None:
            await asyncio.sleep(max(wait, asked))
    return Fetched(why=_FAILED)
