"""The server as tests see it: the people, what the bot did, and what should go wrong."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.botapi import webhook
from tests.botapi.control import control
from tests.botapi.errors import Json
from tests.botapi.faults import Fault, Faults, Injected, When
from tests.botapi.load import Load, Plan
from tests.botapi.people import Group, Person
from tests.botapi.rates import Limiter, Rates
from tests.botapi.records import Call, Chat, Message, Pressed, User
from tests.botapi.wire import Wire
from tests.botapi.world import World

FIRST_PERSON, FIRST_GROUP = 100_001, 4001
LARGEST_BODY = 64 * 1024 * 1024
Where = int | Person | Group


class BotApiServer:
    """A Telegram of one bot: `async with BotApiServer(token="1:x") as server:`.

    `validate` off is for benchmarks: no model, no limits, no HTML, and the parameters of calls are not kept.
    `port` 0 takes a free one. `rates` enforces Telegram's limits. `reads_all`: privacy mode off.
    """

    def __init__(
        self,
        token: str = "100:test",
        *,
        port: int = 0,
        validate: bool = True,
        rates: Rates | None = None,
        reads_all: bool = False,
    ) -> None:
        self.token = token
        self.port = port
        self.world = World(token, strict=validate, reads_all=reads_all)
        self.wire = Wire(self.world, self._control, Limiter(rates) if rates is not None else None)
        self.loads: list[Load] = []
        self._people = itertools.count(FIRST_PERSON)
        self._groups = itertools.count(FIRST_GROUP)

    async def __aenter__(self) -> Self:
        if self.world.strict:
            from tests.botapi.model import check_call  # takes seconds, so only when it is needed

            self.wire.check = check_call
        await self.comes_up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        hook = webhook.installed(self.world)
        if hook is not None:
            await hook.close()
        await self.goes_down()

    async def comes_up(self) -> None:
        """Listen; after `goes_down` on the same port, with everything as it was."""
        loop = asyncio.get_running_loop()

        def with_room(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
            return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_BODY)

        self.wire.closing = asyncio.Event()
        http = web.Server(self.wire.handle, request_factory=with_room, access_log=None)
        self._runner = web.ServerRunner(http, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def goes_down(self) -> None:
        """Telegram is out of reach: connections break, new ones are refused. People can still write."""
        self.wire.closing.set()
        self.world.updates.close()
        await asyncio.sleep(0)
        await self._runner.cleanup()

    async def _control(self, request: web.BaseRequest, verb: str) -> web.Response:
        return await control(self, request, verb)

    @property
    def faults(self) -> Faults:
        return self.wire.faults

    @property
    def limiter(self) -> Limiter | None:
        """The enforced limits and how often they were violated; None: none are enforced."""
        return self.wire.limiter

    @property
    def errors(self) -> Counter[int]:
        """How often each error code was answered."""
        return self.wire.errors

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """What telegram.Bot wants as base_url."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    # The people

    def person(self, name: str, *, user_id: int | None = None, username: str = "") -> Person:
        """Somebody who has not yet started the bot; `Person` has the verbs."""
        user = User(next(self._people) if user_id is None else user_id, name, username)
        self.world.users[user.user_id] = user
        self.world.chats[user.user_id] = Chat(user.user_id, "private", name, username=username)
        return Person(self.world, user)

    def group(self, title: str, members: list[Person], *, supergroup: bool = False, bot: bool = True) -> Group:
        """A group; with `bot` its first member has added the bot, of which the bot is told."""
        number = next(self._groups)
        chat_id = -1_000_000_000_000 - number if supergroup else -number
        kind = "supergroup" if supergroup else "group"
        self.world.chats[chat_id] = Chat(chat_id, kind, title, members={member.id for member in members})
        found = Group(self.world, chat_id)
        if bot:
            found.adds_bot(members[0])
        return found

    def deliver_again(self, update: int | Message | Pressed) -> None:
        """The same update once more, with the same id, also when the bot has confirmed it."""
        update_id = update if isinstance(update, int) else update.update_id
        if update_id is None:
            raise LookupError("the bot was never told of it")
        self.world.updates.again(update_id)

    # What the bot did

    @property
    def calls(self) -> list[Call]:
        return self.world.calls

    @property
    def pressed(self) -> list[Pressed]:
        """Every pressed button with the answers to it."""
        return list(self.world.pressed.values())

    def calls_of(self, method: str, where: Where | None = None) -> list[Call]:
        chat_id = None if where is None else chat_of(where)
        return [call for call in self.calls if call.method == method and chat_id in (None, call.chat_id)]

    def messages(self, where: Where, *, after: int = 0, deleted: bool = False) -> list[Message]:
        """What the bot wrote in a chat, as it now stands; `after` a message id; `deleted` ones on request."""
        every = self.world.chats[chat_of(where)].messages.values()
        return [one for one in every if one.from_bot and one.message_id > after and (deleted or not one.deleted)]

    async def wait_for(
        self,
        where: Where,
        expected: int | Callable[[list[Message]], bool] = 1,
        timeout: float = 30.0,
        *,
        after: int = 0,
    ) -> list[Message]:
        """The bot's messages in a chat once there are so many, or once they are as the predicate wants.

        Raises TimeoutError that says what there was instead.
        """

        def happened() -> bool:
            found = self.messages(where, after=after)
            return len(found) >= expected if isinstance(expected, int) else expected(found)

        if not await self.world.wait_until(happened, timeout):
            there = [message.plain or message.kind for message in self.messages(where, after=after)]
            raise TimeoutError(f"after {timeout} s the bot has written there: {there}; errors: {dict(self.errors)}")
        return self.messages(where, after=after)

    async def wait_until(self, happened: Callable[[], bool], timeout: float = 30.0) -> None:
        """Until anything at all is true: `lambda: pressed.answers`. Looked at after every call of the bot."""
        if not await self.world.wait_until(happened, timeout):
            raise TimeoutError(f"it did not happen within {timeout} s")

    # What goes wrong

    def inject(self, fault: Fault, when: When | None = None) -> Injected:
        """Let something go wrong; the answer counts how often it did. `faults.clear()` ends it all."""
        return self.faults.add(fault, when)

    async def load(self, plan: Plan) -> Json:
        """Run a load and give its summary; `loads[-1]` can be read meanwhile and afterwards."""
        return await self.start_load(plan).run()

    def start_load(self, plan: Plan) -> Load:
        for old in self.loads:
            old.stop()
        self.loads.append(Load(self.world, plan))
        return self.loads[-1]


def chat_of(where: Where) -> int:
    return where if isinstance(where, int) else where.id
