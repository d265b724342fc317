"""Logs are sentences with fields. Never the text of a message, a name, a number or an address."""

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog


class _Unfailing:
    """A stream on which a line may be lost, since the disk is full or nobody listens any more.

    Without it the sentence about the full disk is what ends the program. It is no `io.IOBase`, since that flushes
    once more when the interpreter goes, and what it needs for that is gone by then.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


def configure(level: str, *, json: bool) -> None:
    """Writes logs to standard error: for people, or as JSON for a machine that collects them."""
    renderer = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Unfailing(sys.stderr))),
        cache_logger_on_first_use=False,
    )
    # Libraries may quote what they were given; only what they call an error is heard, and not its values.
    logging.basicConfig(level=logging.CRITICAL, stream=sys.stderr, force=True)


def where(error: BaseException) -> list[str]:
    """The places in the code that an exception went through, innermost last.

    Not its message and not its values: those can hold what somebody wrote.
    """
    places = []
    trace = error.__traceback__
    while trace:
        places.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-6:]
