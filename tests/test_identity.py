"""The bot's cross-signing keys: kept locked, and what they say of a device."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.matrix import identity
from bot.matrix.crosssigning import State, standing
from bot.matrix.identity import Identity, WrongKey
from bot.matrix.signing import public, verified
from tests.test_signing import values

BOT, DEVICE, KEY = "@raadsmaat:gemeente.nl", "RAADSMAAT01", "een sleutel van de beheerder"
OURS = Identity.new(BOT)
KEYS = {
    "user_id": BOT,
    "device_id": DEVICE,
    "algorithms": ["m.olm.v1.curve25519-aes-sha2"],
    "keys": {f"curve25519:{DEVICE}": "c", f"ed25519:{DEVICE}": "e"},
}


def answer(of: Identity | None, *, vouched: bool = True) -> dict[str, Any]:
    """What a server says of the account when it has this identity."""
    device = KEYS if of is None or not vouched else of.vouch(KEYS)
    told: dict[str, Any] = {"device_keys": {BOT: {DEVICE: {**device, "unsigned": {"device_display_name": "x"}}}}}
    if of is not None:
        body = of.upload()
        told |= {"master_keys": {BOT: body["master_key"]}, "self_signing_keys": {BOT: body["self_signing_key"]}}
    return told


def test_an_identity_comes_back_as_it_was_and_nobody_else_can_read_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "matrix"
    identity.store(folder, OURS, KEY)
    back = identity.restore(folder, BOT, KEY)
    assert back is not None
    assert back.upload() == OURS.upload()
    file = folder / identity.FILE
    assert file.stat().st_mode & 0o077 == 0
    assert OURS.master.private_bytes_raw().hex() not in file.read_text()


def test_without_a_file_there_is_no_identity(tmp_path: Path) -> None:
    assert identity.restore(tmp_path, BOT, KEY) is None


@pytest.mark.parametrize(("user", "key"), [(BOT, "another key altogether"), ("@ander:gemeente.nl", KEY)])
def test_another_key_or_account_does_not_open_it(tmp_path: Path, user: str, key: str) -> None:
    identity.store(tmp_path, OURS, KEY)
    with pytest.raises(WrongKey):
        identity.restore(tmp_path, user, key)


@settings(max_examples=15)
@given(place=some.integers(0, 10_000), by=some.integers(1, 255))
def test_one_changed_byte_is_noticed(tmp_path_factory: pytest.TempPathFactory, place: int, by: int) -> None:
    folder = tmp_path_factory.mktemp("identity")
    identity.store(folder, OURS, KEY)
    file = folder / identity.FILE
    told = json.loads(file.read_text())
    locked = bytearray(told["locked"].encode())
    locked[place % len(locked)] ^= by
    file.write_text(json.dumps(told | {"locked": locked.decode("latin-1")}))
    with pytest.raises(WrongKey):
        identity.restore(folder, BOT, KEY)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"user": "x"}', '{"locked": 5}', '{"locked": ""}'])
def test_a_damaged_file_is_said_to_be_one(tmp_path: Path, text: str) -> None:
    (tmp_path / identity.FILE).write_text(text)
    with pytest.raises(WrongKey):
        identity.restore(tmp_path, BOT, KEY)


def test_the_master_key_vouches_for_the_others_and_they_are_all_different() -> None:
    body = OURS.upload()
    assert [body[name]["usage"] for name in body] == [["master"], ["self_signing"], ["user_signing"]]
    root = public(OURS.master)
    assert "signatures" not in body["master_key"]
    assert verified(body["self_signing_key"], BOT, root, root)
    assert verified(body["user_signing_key"], BOT, root, root)
    assert len({public(key) for key in (OURS.master, OURS.self_signing, OURS.user_signing)}) == 3


@pytest.mark.parametrize(
    ("told", "ours", "expected"),
    [
        ({}, OURS, State.NO_DEVICE),
        (answer(None), None, State.ABSENT),
        (answer(None), OURS, State.ABSENT),
        (answer(OURS), OURS, State.TRUSTED),
        (answer(OURS, vouched=False), OURS, State.UNSIGNED),
        (answer(Identity.new(BOT), vouched=False), OURS, State.REPLACED),
        (answer(Identity.new(BOT), vouched=False), None, State.FOREIGN),
        (answer(Identity.new(BOT)), OURS, State.TRUSTED),
        (answer(Identity.new(BOT)), None, State.TRUSTED),
    ],
)
def test_what_the_server_says_of_the_device(told: dict[str, Any], ours: Identity | None, expected: State) -> None:
    assert standing(told, BOT, DEVICE, ours) is expected


def test_every_link_from_the_device_to_our_master_key_counts() -> None:
    broken = answer(OURS)
    broken["self_signing_keys"][BOT]["signatures"] = {}
    assert standing(broken, BOT, DEVICE, OURS) is State.UNSIGNED
    changed = answer(OURS)
    changed["device_keys"][BOT][DEVICE]["keys"][f"curve25519:{DEVICE}"] = "of somebody else"
    assert standing(changed, BOT, DEVICE, OURS) is State.UNSIGNED
    other = answer(OURS)
    other["self_signing_keys"] = answer(Identity.new(BOT))["self_signing_keys"]
    assert standing(other, BOT, DEVICE, OURS) is State.ABSENT


PLACES = [
    ("device_keys",),
    ("device_keys", BOT),
    ("device_keys", BOT, DEVICE),
    ("device_keys", BOT, DEVICE, "signatures"),
    ("master_keys",),
    ("master_keys", BOT),
    ("master_keys", BOT, "keys"),
    ("self_signing_keys", BOT),
    ("self_signing_keys", BOT, "keys"),
    ("self_signing_keys", BOT, "signatures"),
]


@given(place=some.sampled_from(PLACES), junk=values)
def test_junk_from_a_server_is_never_trusted(place: tuple[str, ...], junk: Any) -> None:
    told = deepcopy(answer(OURS))
    inner = told
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = junk
    assert standing(told, BOT, DEVICE, OURS) is not State.TRUSTED
