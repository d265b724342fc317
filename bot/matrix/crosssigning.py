"""Cross-signing: the bot vouches for its own device, so that other people's apps trust what it sends.

Apps leave out devices that nobody vouched for: such a bot gets no keys, and reads nothing of an encrypted chat. The
library does not do this, so it is done here, through the library's own connection.
"""

import asyncio
import json
from collections.abc import Callable
from enum import Enum
from typing import Any

import structlog
from nio import AsyncClient

from bot.matrix import identity, kept
from bot.matrix.account import Login
from bot.matrix.errors import NO_ANSWER, Refused, refused
from bot.matrix.identity import Identity, WrongKey
from bot.matrix.signing import public, signable, signed, verified

log = structlog.get_logger()

_API = "/_matrix/client/v3/keys"
_OBSTACLE = "identity-obstacle.json"
_LOOK_EVERY, _TRY_EVERY = 600.0, 60.0  # seconds, when all is well and when it is not
_PASSWORD = "m.login.password"
_ELSEWHERE = ("org.matrix.cross_signing_reset", "m.oauth")  # steps that are taken in a browser


class State(Enum):
    """How the server shows the bot's device to others."""

    TRUSTED = "vouched for, by our own identity or by one that an administrator made elsewhere"
    UNSIGNED = "our identity is there, and does not vouch for this device"
    ABSENT = "the account has no identity"
    FOREIGN = "the account has an identity that is not ours"
    REPLACED = "the account has another identity than the one we gave it"
    LOCKED = "the identity we kept cannot be opened"
    NO_DEVICE = "the server does not know the keys of this device (yet)"


class Approval(Exception):
    """The server wants a person to agree. The sentence tells an administrator what to do.

    `waits`: the same request may succeed later, without a restart.
    """

    def __init__(self, sentence: str, *, waits: bool) -> None:
        super().__init__(sentence)
        self.waits = waits


async def keep(client: AsyncClient, login: Login, vouched: Callable[[bool], None]) -> None:
    """Sees to it until cancelled that the device is vouched for; tells `vouched` whether it is, and the log when
    that changes."""
    before: State | None = None
    while True:
        try:
            state = await ensure(client, login)
            if state is not before:
                tell = log.info if state is State.TRUSTED else log.error
                tell("cross-signing: " + state.value, state=state.name)
            before = state
            vouched(state is State.TRUSTED)
        except Approval as wanted:
            vouched(False)
            log.error("cross-signing: the server wants a person to agree; raadsmaat doctor says how")
            if not wanted.waits:
                return  # a wrong password, tried again and again, shuts the account
        except (Refused, *NO_ANSWER) as error:
            log.warning("cross-signing could not be looked after; trying again", error=type(error).__name__)
        await asyncio.sleep(_LOOK_EVERY if before is State.TRUSTED else _TRY_EVERY)


async def ensure(client: AsyncClient, login: Login) -> State:
    """Makes the device trusted where that can be done without taking anything away from anybody.

    Raises Approval (and keeps its sentence for the doctor), Refused, and NO_ANSWER.
    """
    try:
        ours = identity.restore(login.folder, login.user, login.key)
    except WrongKey:
        return State.LOCKED
    found = await _query(client)
    state = standing(found, login.user, client.device_id, ours)
    if state is State.ABSENT:
        if ours is None:
            ours = Identity.new(login.user)
            identity.store(login.folder, ours, login.key)  # first here: what the server knows must not be lost
        await _introduce(client, login, ours)
        state = State.UNSIGNED
    if state is State.UNSIGNED and ours is not None:
        await _sign(client, ours, found)
        state = standing(await _query(client), login.user, client.device_id, ours)
    if state is State.TRUSTED:
        kept.note(login.folder / _OBSTACLE, "")
    return state


async def renew(client: AsyncClient, login: Login) -> State:
    """Gives the account a new identity in the place of whatever it had: an administrator decides that, never the bot.

    Raises Approval, Refused, and NO_ANSWER; then nothing has changed.
    """
    found = await _query(client)
    ours = Identity.new(login.user)
    await _introduce(client, login, ours)
    identity.store(login.folder, ours, login.key)
    await _sign(client, ours, found)
    return standing(await _query(client), login.user, client.device_id, ours)


def standing(found: dict[str, Any], user: str, device: str, ours: Identity | None) -> State:
    """What the answer to a query for the account's keys says of its device. Nothing in it is believed unsigned."""
    if _of(found, "device_keys", user, device) is None:
        return State.NO_DEVICE
    master, own = _of(found, "master_keys", user), _of(found, "self_signing_keys", user)
    root, middle = _key(master), _key(own)
    if root is None:
        return State.ABSENT
    chain = (
        middle is not None
        and verified(own, user, root, root)
        and verified(found["device_keys"][user][device], user, middle, middle)
    )
    if ours is not None and root == public(ours.master):
        if middle != public(ours.self_signing):
            return State.ABSENT
        return State.TRUSTED if chain else State.UNSIGNED
    if chain:
        return State.TRUSTED
    return State.FOREIGN if ours is None else State.REPLACED


async def look(client: AsyncClient, login: Login) -> State:
    """The state as it is now; changes nothing. The client needs no keys of its own. Raises Refused, and NO_ANSWER."""
    try:
        ours = identity.restore(login.folder, login.user, login.key)
    except WrongKey:
        return State.LOCKED
    return standing(await _query(client), login.user, client.device_id, ours)


async def _query(client: AsyncClient) -> dict[str, Any]:
    return await _ask(client, "/query", {"device_keys": {client.user_id: []}})


async def _introduce(client: AsyncClient, login: Login, ours: Identity) -> None:
    """Gives the server the public keys; where it wants to know who asks, with the password."""
    path, body = "/device_signing/upload", ours.upload()
    wanted = await _ask(client, path, body)
    if "flows" not in wanted:
        return
    steps = [flow.get("stages") for flow in wanted["flows"] if isinstance(flow, dict)]
    if [_PASSWORD] in steps and login.password is not None:
        name = {"type": "m.id.user", "user": login.user}
        auth = {"type": _PASSWORD, "identifier": name, "password": login.password, "session": wanted.get("session")}
        if "flows" not in await _ask(client, path, body | {"auth": auth}):
            return
        sentence = "Het wachtwoord in RAADSMAAT_MATRIX_PASSWORD klopt niet. Zet het goede erin en start Raadsmaat weer."
    else:
        sentence = _what_to_do(steps, wanted, login.user)
    kept.note(login.folder / _OBSTACLE, sentence)
    raise Approval(sentence, waits=[_PASSWORD] not in steps)


def _what_to_do(steps: list[Any], wanted: dict[str, Any], user: str) -> str:
    if [_PASSWORD] in steps:
        return (
            "De Matrix-server wil eerst het wachtwoord van het account. "
            "Zet het in RAADSMAAT_MATRIX_PASSWORD en start Raadsmaat weer."
        )
    for step in _ELSEWHERE:
        if [step] in steps:
            address = _of(wanted, "params", step, "url")
            place = f"Open {address}" if isinstance(address, str) else "Open de accountpagina van de Matrix-server"
            return (
                f"De Matrix-server wil dat een mens het goedvindt. {place}, log in als {user}, en sta toe dat de "
                "versleuteling opnieuw wordt ingesteld. Raadsmaat probeert het elke minuut opnieuw."
            )
    return (
        "De Matrix-server vraagt een stap die Raadsmaat niet kent. Vraag de beheerder van de server om "
        f"kruiselings ondertekenen (cross-signing) toe te staan voor {user}."
    )


async def _sign(client: AsyncClient, ours: Identity, found: dict[str, Any]) -> None:
    """Vouches for the device, and lets the device vouch for the identity in turn."""
    user, device = client.user_id, client.device_id
    assert client.olm is not None
    shown, real = found["device_keys"][user][device], client.olm.account.identity_keys
    if shown.get("keys") != {f"{kind}:{device}": real[kind] for kind in ("curve25519", "ed25519")}:
        log.error("the server shows other keys for this device than it has")
        raise Refused("M_UNKNOWN")
    master = ours.upload()["master_key"]
    proof = client.olm.account.sign(signable(master).decode())
    body = {user: {device: ours.vouch(shown), public(ours.master): signed(master, user, device, proof)}}
    answer = await _ask(client, "/signatures/upload", body)
    if answer.get("failures"):
        raise Refused("M_INVALID_SIGNATURE")


async def _ask(client: AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The server's answer, which is a request to identify oneself when it has `flows`. Raises Refused."""
    answer = await client.send("POST", _API + path, json.dumps(body), _headers(client))
    if answer.status in (200, 401):
        try:
            told = await answer.json(content_type=None)
        except ValueError:
            told = None
        if isinstance(told, dict) and (answer.status == 200 or "flows" in told):
            return told
    raise await refused(answer)


def _headers(client: AsyncClient) -> dict[str, str]:
    return {"Authorization": f"Bearer {client.access_token}", "Content-Type": "application/json"}


def _of(tree: Any, *path: str) -> Any:
    for name in path:
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


def _key(content: Any) -> str | None:
    """The public key in a cross-signing key, which has only one."""
    keys = _of(content, "keys")
    if isinstance(keys, dict) and len(keys) == 1:
        [(name, value)] = keys.items()
        if isinstance(value, str) and name == f"ed25519:{value}":
            return value
    return None


def obstacle(login: Login) -> str:
    """The sentence of the last Approval; empty when nothing stands in the way."""
    return kept.noted(login.folder / _OBSTACLE)
