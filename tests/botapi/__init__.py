"""A local Telegram Bot API server: the other end of the wire in tests and benchmarks.

It takes the place of Telegram, never of our own code, so a test sees what would really be sent. Calls are
judged by an independent model of the Bot API and by a table of its limits; and what goes wrong there can be
made to go wrong here.
"""

from tests.botapi.faults import Flood, Refuse, Reset, ServerError, Slow, Stall, Truncate, When
from tests.botapi.load import Plan
from tests.botapi.people import Group, Person
from tests.botapi.process import BotApiProcess
from tests.botapi.rates import Rates
from tests.botapi.records import Call, Message, Pressed
from tests.botapi.server import BotApiServer

__all__ = [
    "BotApiProcess",
    "BotApiServer",
    "Call",
    "Flood",
    "Group",
    "Message",
    "Person",
    "Plan",
    "Pressed",
    "Rates",
    "Refuse",
    "Reset",
    "ServerError",
    "Slow",
    "Stall",
    "Truncate",
    "When",
]
