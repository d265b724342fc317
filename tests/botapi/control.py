"""The person's side over HTTP, for a server in a process of its own: POST /control/<verb> with a JSON object.

A person or group is named by its id. Answers are JSON; a verb that cannot be done is answered 400 with the
reason, a wait that ends without its event 408.
"""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.botapi.errors import Json
from tests.botapi.faults import from_json
from tests.botapi.load import Load, Plan
from tests.botapi.people import Group, Person
from tests.botapi.rates import Limiter, Rates
from tests.botapi.records import Call, Message, Pressed, Upload

if TYPE_CHECKING:
    from tests.botapi.server import BotApiServer

Verb = Callable[["BotApiServer", Json], object]
SENDABLE = {"photo": "foto.png", "voice": "spraak.ogg", "document": "stuk.pdf", "sticker": "sticker.webp"}


async def control(server: "BotApiServer", request: web.BaseRequest, verb: str) -> web.Response:
    name = verb.strip("/").replace("/", "_")
    raw = await request.read()
    try:
        body: Json = json.loads(raw) if raw else {}
        if name in SLOW:
            return answer(await SLOW[name](server, body))
        if name not in VERBS:
            return answer({"error": f"no such verb: {name}", "verbs": sorted([*VERBS, *SLOW])}, 404)
        return answer(VERBS[name](server, body))
    except TimeoutError as error:
        return answer({"error": str(error)}, 408)
    except (ValueError, LookupError, TypeError) as error:
        return answer({"error": f"{type(error).__name__}: {error}"}, 400)


def answer(result: object, status: int = 200) -> web.Response:
    text = json.dumps(result, default=as_json)
    return web.Response(status=status, text=text, content_type="application/json")


def as_json(value: object) -> Any:
    """Records as objects; a message with its kind and buttons, which are computed."""
    if isinstance(value, Message):
        return asdict(value) | {
            "kind": value.kind,
            "buttons": [[asdict(one) for one in row] for row in value.buttons],
        }
    if isinstance(value, Call):
        return {name: item for name, item in plain(value).items() if name != "result"}
    if isinstance(value, Upload):
        return {"name": value.name, "bytes": len(value.content)}
    if is_dataclass(value) and not isinstance(value, type):
        return plain(value)
    return str(value)


def plain(value: Any) -> Json:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def who(server: "BotApiServer", body: Json, key: str = "person") -> Person:
    return Person(server.world, server.world.users[body[key]])


def where(server: "BotApiServer", body: Json) -> Group | None:
    return Group(server.world, body["chat"]) if "chat" in body else None


def only(body: Json, *names: str) -> Json:
    return {name: body[name] for name in names if name in body}


def told(result: Message | Pressed) -> Json:
    """What a person did, in short: enough to refer to it later."""
    found: Json = {"message_id": result.message_id, "update_id": result.update_id}
    return found | ({"query_id": result.query_id} if isinstance(result, Pressed) else {})


def person(server: "BotApiServer", body: Json) -> Json:
    return {"id": server.person(**only(body, "name", "user_id", "username")).id}


def start(server: "BotApiServer", body: Json) -> Json:
    return told(who(server, body).starts(**only(body, "code", "date")))


def write(server: "BotApiServer", body: Json) -> Json:
    group = where(server, body)
    return told(who(server, body).writes(chat=group, **only(body, "text", "reply_to", "date")))


def press(server: "BotApiServer", body: Json) -> Json:
    options = only(body, "label", "data", "message_id", "expired", "inaccessible")
    return told(who(server, body).presses(chat=where(server, body), **options))


def edit(server: "BotApiServer", body: Json) -> Json:
    return told(who(server, body).edits(chat=where(server, body), **only(body, "message_id", "text")))


def send(server: "BotApiServer", body: Json) -> Json:
    """A file ("content" in base64), or with "as_is" any other kind of content as it stands in a message."""
    kind, sender, group = body["kind"], who(server, body), where(server, body)
    caption = only(body, "caption")
    if "as_is" in body:
        return told(sender.sends(kind, body["as_is"], chat=group, **caption))
    content = base64.b64decode(body["content"]) if "content" in body else b"\x89PNG\r\n\x1a\n"
    return told(sender.sends_file(kind, content, body.get("name", SENDABLE[kind]), chat=group, **caption))


def block(server: "BotApiServer", body: Json) -> Json:
    return {"update_id": who(server, body).blocks()}


def unblock(server: "BotApiServer", body: Json) -> Json:
    return {"update_id": who(server, body).unblocks()}


def deactivate(server: "BotApiServer", body: Json) -> Json:
    who(server, body).deactivates()
    return {}


def group(server: "BotApiServer", body: Json) -> Json:
    members = [Person(server.world, server.world.users[user_id]) for user_id in body["members"]]
    return {"id": server.group(body["title"], members, **only(body, "supergroup", "bot")).id}


def add_bot(server: "BotApiServer", body: Json) -> Json:
    return {"update_id": Group(server.world, body["chat"]).adds_bot(who(server, body))}


def remove_bot(server: "BotApiServer", body: Json) -> Json:
    return {"update_id": Group(server.world, body["chat"]).removes_bot(who(server, body))}


def migrate(server: "BotApiServer", body: Json) -> Json:
    return {"id": Group(server.world, body["chat"]).becomes_supergroup().id}


def deliver_again(server: "BotApiServer", body: Json) -> Json:
    server.deliver_again(int(body["update_id"]))
    return {}


def messages(server: "BotApiServer", body: Json) -> list[Message]:
    return server.messages(body["chat"], **only(body, "after", "deleted"))


def calls(server: "BotApiServer", body: Json) -> list[Call]:
    """The log of calls; "since": only those with a higher number."""
    found = [call for call in server.calls if call.number > body.get("since", 0)]
    return [call for call in found if body.get("method") in (None, call.method)]


def status(server: "BotApiServer", body: Json) -> Json:
    counts = {chat_id: len(server.messages(chat_id)) for chat_id in server.world.chats}
    return {
        "calls": len(server.calls),
        "errors": server.errors,
        "violations": server.limiter.violations if server.limiter else 0,
        "messages": sum(counts.values()),
        "pending_updates": len(server.world.updates.waiting_updates),
        "confirmed_to": server.world.updates.confirmed_to,
    }


def pressed(server: "BotApiServer", body: Json) -> list[Pressed]:
    return server.pressed


def profile(server: "BotApiServer", body: Json) -> Json:
    return {name: value for name, value in server.world.profile.items() if name != "webhook"}


def fault(server: "BotApiServer", body: Json) -> Json:
    found, when = from_json(body)
    server.inject(found, when)
    return {"index": len(server.faults.injected) - 1}


def faults(server: "BotApiServer", body: Json) -> list[Json]:
    """What was injected and how often it struck; with "clear" it all ends first."""
    if body.get("clear"):
        server.faults.clear()
    return [
        {
            "kind": type(one.fault).__name__,
            **asdict(one.fault),
            "when": asdict(one.when),
            "seen": one.seen,
            "hits": one.hits,
        }
        for one in server.faults.injected
    ]


def rates(server: "BotApiServer", body: Json) -> Json:
    """Enforce limits from now on; {"off": true} ends it."""
    server.wire.limiter = None if body.get("off") else Limiter(Rates(**body))
    return {}


def load_summary(server: "BotApiServer", body: Json) -> Json:
    return server.loads[body.get("id", -1)].summary()


async def load(server: "BotApiServer", body: Json) -> Json:
    """Run a plan and answer with its summary; with "wait": false at once with an id, for load/summary."""
    wait = body.pop("wait", True)
    running = server.start_load(Plan(**body))
    if wait:
        return await running.run()
    number = len(server.loads) - 1
    background(running)
    return {"id": number}


def background(running: Load) -> None:
    task = asyncio.create_task(running.run())
    TASKS.add(task)
    task.add_done_callback(TASKS.discard)


async def wait_for(server: "BotApiServer", body: Json) -> list[Message]:
    """Until the bot wrote "count" messages in "chat", or one that holds "text"."""
    options = only(body, "timeout", "after")
    if "text" in body:
        words: str = body["text"]
        return await server.wait_for(body["chat"], lambda found: any(words in one.plain for one in found), **options)
    return await server.wait_for(body["chat"], body.get("count", 1), **options)


TASKS: set[asyncio.Task[Json]] = set()
SLOW: dict[str, Callable[["BotApiServer", Json], Awaitable[object]]] = {"load": load, "wait_for": wait_for}
VERBS: dict[str, Verb] = {
    verb.__name__: verb
    for verb in (
        person, start, write, press, edit, send, block, unblock, deactivate, group, add_bot, remove_bot,
        migrate, deliver_again, messages, calls, status, pressed, profile, fault, faults, rates, load_summary,
    )
}  # fmt: skip
