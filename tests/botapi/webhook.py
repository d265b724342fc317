"""setWebhook and the delivery that follows: each update is posted until it is answered with a 2xx.

Order is kept within a chat; different chats go side by side, up to `max_connections`, as Telegram does it. It tries
again after 1, 2, 4 … 60 seconds, or after as many as the answer's Retry-After says.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field

import aiohttp

from tests.botapi.errors import Json
from tests.botapi.limits import check_webhook
from tests.botapi.updates import Update
from tests.botapi.world import World, now

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds
ANSWER_SECONDS = 60.0


@dataclass
class Webhook:
    """One installed webhook; `tasks` holds a worker for each chat that has something to deliver."""

    world: World
    url: str
    secret: str
    max_connections: int
    backlog: dict[int, deque[Update]] = field(default_factory=dict)
    tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    session: aiohttp.ClientSession | None = None
    last_error: str = ""
    last_error_date: int = 0
    tries: int = 0
    places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.places = asyncio.Semaphore(self.max_connections)

    def push(self, update: Update) -> None:
        waiting = self.backlog.setdefault(update.chat_id, deque())
        waiting.append(update)
        if update.chat_id not in self.tasks:
            self.tasks[update.chat_id] = asyncio.create_task(self.deliver_chat(update.chat_id))

    async def deliver_chat(self, chat_id: int) -> None:
        waiting = self.backlog[chat_id]
        while waiting:
            async with self.places:
                await self.deliver(waiting[0])
            self.world.updates.delivered(waiting.popleft())
            self.world.changed()
        del self.tasks[chat_id]

    async def deliver(self, update: Update) -> None:
        wait = FIRST_WAIT
        while (later := await self.post(update)) is not None:
            await asyncio.sleep(later or wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def post(self, update: Update) -> float | None:
        """None when it was taken; otherwise the seconds that the answer asks to wait, 0 when it does not say."""
        if self.session is None:
            self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        later = 0.0
        self.tries += 1
        try:
            async with self.session.post(self.url, data=update.encode(), headers=headers) as answer:
                if 200 <= answer.status < 300:
                    return None
                asked = answer.headers.get("Retry-After", "")
                later = float(asked) if asked.isdigit() else 0.0
                self.last_error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            self.last_error = f"Connection failed: {type(error).__name__}"
        self.last_error_date = now()
        self.world.changed()
        return later

    async def close(self) -> None:
        for task in list(self.tasks.values()):
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        if self.session is not None:
            await self.session.close()


def installed(world: World) -> Webhook | None:
    found = world.profile.get("webhook")
    return found if isinstance(found, Webhook) else None


async def set_webhook(world: World, params: Json) -> bool:
    """An empty url removes the webhook. What is still in the queue is delivered to the new one."""
    if world.strict:
        check_webhook(params)
    world.updates.choose(params.get("allowed_updates"))
    if params.get("drop_pending_updates"):
        world.updates.confirm(world.updates.next_id)
    old = installed(world)
    world.profile["webhook"] = None
    world.updates.on_push = None
    if old is not None:
        await old.close()
    if params.get("url"):
        world.updates.end_poll(by_webhook=True)
        new = Webhook(world, params["url"], params.get("secret_token", ""), params.get("max_connections", 40))
        world.profile["webhook"] = new
        world.updates.on_push = new.push
        for update in list(world.updates.waiting_updates):
            new.push(update)
    return True


async def delete_webhook(world: World, params: Json) -> bool:
    return await set_webhook(world, {**params, "url": ""})


def get_webhook_info(world: World, params: Json) -> Json:
    hook = installed(world)
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.waiting_updates),
    }
    if hook is not None:
        info["max_connections"] = hook.max_connections
        if hook.last_error:
            info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
    if world.updates.allowed:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info
