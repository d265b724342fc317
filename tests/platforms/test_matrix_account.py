"""Signing in: once, with a password or a token; and what happens when the server takes the token back."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.matrix import account
from bot.matrix.account import AccountError, Login
from tests.platforms.matrix import KEY, running
from tests.synapse import Account, Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]


def login_of(server: Synapse, who: Account, folder: Path, *, password: bool) -> Login:
    secret = {"password": who.password} if password else {"access_token": who.token}
    return Login(server.url, who.user, KEY, folder, **secret)


async def device(login: Login) -> tuple[str, str]:
    """Signs in; the device and its token."""
    client = await account.sign_in(login)
    await client.close()
    return client.device_id, client.access_token


async def test_a_token_is_used_on_the_device_it_belongs_to(synapse: Synapse, tmp_path: Path) -> None:
    who, other = synapse.register("raadsmaat"), synapse.register("iemand")
    login = login_of(synapse, who, tmp_path, password=False)
    assert await device(login) == (who.device, who.token)
    assert await device(login) == (who.device, who.token)
    wrong = Login(synapse.url, who.user, KEY, tmp_path / "b", access_token=other.token)
    with pytest.raises(AccountError, match="is van"):
        await device(wrong)
    with pytest.raises(AccountError, match="kent dit token niet"):
        await device(Login(synapse.url, who.user, KEY, tmp_path / "c", access_token="onzin"))


async def test_a_conversation_with_a_bot_that_has_a_token_only(synapse: Synapse, tmp_path: Path) -> None:
    async with running(synapse, tmp_path, token_only=True) as live:
        anna = await live.joins("Anna Bakker", encrypted=True)
        assert "Dit kan ik" in (await anna.says("/help")).body
        known = json.loads((tmp_path / "matrix/device.json").read_text())
        assert (known["device"], known["token"]) == (live.account.device, live.account.token)


async def test_an_account_without_a_name_gets_one_and_one_that_has_a_name_keeps_it(
    synapse: Synapse, tmp_path: Path
) -> None:
    for given, after in (("", "Raadsmaat"), ("Hulp van de griffie", "Hulp van de griffie")):
        who = synapse.register("raadsmaat")
        place = f"/_matrix/client/v3/profile/{who.user}/displayname"
        assert synapse.call("PUT", place, {"displayname": given}, who.token).status == 200
        await device(login_of(synapse, who, tmp_path / after, password=True))
        assert synapse.call("GET", place, None, who.token).body["displayname"] == after


async def test_a_token_that_expired_is_renewed_on_the_same_device(tmp_path: Path) -> None:
    with Synapse(tmp_path / "synapse", session_lifetime="4s") as server:
        who = server.register("raadsmaat")
        login = login_of(server, who, tmp_path / "a", password=True)
        first = await device(login)
        await asyncio.sleep(5)  # it is the server's clock that must move
        second = await device(login)
        assert second[0] == first[0]
        assert second[1] != first[1]
        await asyncio.sleep(5)
        # The password was taken out of the settings meanwhile.
        with pytest.raises(AccountError, match="RAADSMAAT_MATRIX_PASSWORD"):
            await device(Login(server.url, who.user, KEY, tmp_path / "a", access_token="niet meer nodig"))
        assert (await device(login))[0] == first[0]


async def test_a_device_that_was_logged_out_says_what_to_do(synapse: Synapse, tmp_path: Path) -> None:
    login = login_of(synapse, synapse.register("raadsmaat"), tmp_path, password=True)
    _, token = await device(login)
    synapse.call("POST", "/_matrix/client/v3/logout", {}, token)
    with pytest.raises(AccountError, match=r"docs/beheer\.md"):
        await device(login)
