"""Being there when a call of the bot arrives, and when its message is accepted: in that very moment."""

from collections.abc import Callable

from tests.botapi.errors import Json
from tests.botapi.records import Message
from tests.botapi.server import BotApiServer

Arriving = Callable[[str, Json], None]
Accepted = Callable[[Message], None]


class Watch:
    """Calls `arriving` before a call takes effect and `accepted` after a message was, before the answer leaves.

    What these do is done before the server does anything else, so that a SIGKILL from there strikes exactly
    then. `arriving` may raise, and then the call has no effect.
    """

    def __init__(self, server: BotApiServer) -> None:
        self.arriving: Arriving | None = None
        self.accepted: Accepted | None = None
        self._judge = server.wire.check
        server.wire.check = self._arrives
        server.world.on_sent.append(self._accepts)

    def _arrives(self, method: str, params: Json) -> None:
        if self._judge:
            self._judge(method, params)
        if self.arriving:
            self.arriving(method, params)

    def _accepts(self, message: Message) -> None:
        if self.accepted:
            self.accepted(message)
