"""The bot's cross-signing against a real server: what others see of its device, whatever happened before."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from nio import AsyncClient
from typer.testing import CliRunner

from bot import commands
from bot.lock import only_one
from bot.matrix import account, crosssigning, identity, trust
from bot.matrix.account import Login
from bot.matrix.crosssigning import Approval, State
from bot.matrix.errors import Refused, checked
from bot.matrix.identity import Identity
from bot.matrix.signing import verified
from tests.synapse import Account, Synapse

pytestmark = [pytest.mark.asyncio, pytest.mark.wire]

KEY = "een sleutel van de beheerder"


def login_of(server: Synapse, who: Account, folder: Path, *, password: bool = True) -> Login:
    return Login(
        server=server.url,
        user=who.user,
        key=KEY,
        folder=folder,
        password=who.password if password else None,
        access_token=None if password else who.token,
    )


@asynccontextmanager
async def signed_in(login: Login) -> AsyncIterator[AsyncClient]:
    """The bot's client, with the keys of its device on the server."""
    client = await account.sign_in(login)
    try:
        if client.should_upload_keys:
            checked(await client.keys_upload())
        yield client
    finally:
        await client.close()


def shown(server: Synapse, who: Account, to: Account) -> dict[str, Any]:
    """What somebody else sees of an account."""
    return server.call("POST", "/_matrix/client/v3/keys/query", {"device_keys": {who.user: []}}, to.token).body


async def said(login: Login) -> tuple[bool, str]:
    """What the doctor says of it."""
    found = await trust.look(login)
    assert found is not None
    return found


async def test_others_see_a_device_that_its_account_vouches_for(synapse: Synapse, tmp_path: Path) -> None:
    bot, anna = synapse.register("bot"), synapse.register("anna")
    login = login_of(synapse, bot, tmp_path)
    assert await trust.look(login) is None, "before the first start there is nothing to say"
    async with signed_in(login) as client:
        assert await crosssigning.look(client, login) is State.ABSENT
        assert await crosssigning.ensure(client, login) is State.TRUSTED
        found = shown(synapse, bot, anna)
        assert crosssigning.standing(found, bot.user, client.device_id, None) is State.TRUSTED
        own = shown(synapse, bot, bot)
        device = own["device_keys"][bot.user][client.device_id]["keys"][f"ed25519:{client.device_id}"]
        master = own["master_keys"][bot.user]
        assert verified(master, bot.user, client.device_id, device), "the device vouches for its identity in turn"
    good, sentence = await said(login)
    assert good
    assert "kruiselings ondertekend" in sentence


async def test_a_restart_changes_nothing(synapse: Synapse, tmp_path: Path) -> None:
    bot = synapse.register("bot")
    login = login_of(synapse, bot, tmp_path)
    seen = []
    for _ in range(2):
        async with signed_in(login) as client:
            assert await crosssigning.ensure(client, login) is State.TRUSTED
            assert await crosssigning.ensure(client, login) is State.TRUSTED
        seen.append(shown(synapse, bot, bot)["master_keys"][bot.user])
    assert seen[0] == seen[1]


async def test_who_was_cut_off_before_the_upload_goes_on_with_the_same_keys(synapse: Synapse, tmp_path: Path) -> None:
    bot = synapse.register("bot")
    login = login_of(synapse, bot, tmp_path)
    ours = Identity.new(bot.user)
    identity.store(tmp_path, ours, KEY)
    async with signed_in(login) as client:
        assert await crosssigning.ensure(client, login) is State.TRUSTED
    there = shown(synapse, bot, bot)["master_keys"][bot.user]["keys"]
    assert there == ours.upload()["master_key"]["keys"]


async def test_a_new_device_with_the_old_identity_is_vouched_for(synapse: Synapse, tmp_path: Path) -> None:
    bot = synapse.register("bot")
    for name in ("first", "second"):
        login = login_of(synapse, bot, tmp_path / name)
        if name == "second":
            (tmp_path / name).mkdir(mode=0o700)
            shutil.copy(tmp_path / "first" / identity.FILE, tmp_path / name / identity.FILE)
        async with signed_in(login) as client:
            assert await crosssigning.ensure(client, login) is State.TRUSTED


async def test_an_identity_made_elsewhere_is_left_alone_until_an_administrator_decides(
    synapse: Synapse, tmp_path: Path
) -> None:
    bot = synapse.register("bot")
    login = login_of(synapse, bot, tmp_path)
    elsewhere = Identity.new(bot.user).upload()
    path = "/_matrix/client/v3/keys/device_signing/upload"
    assert synapse.call("POST", path, elsewhere, bot.token).status == 200
    async with signed_in(login) as client:
        assert await crosssigning.ensure(client, login) is State.FOREIGN
        assert shown(synapse, bot, bot)["master_keys"][bot.user] == elsewhere["master_key"]
        good, sentence = await said(login)
        assert not good
        assert "nieuwe-identiteit" in sentence
        assert await crosssigning.renew(client, login) is State.TRUSTED, "with the password, when the server asks"
        assert await crosssigning.ensure(client, login) is State.TRUSTED


async def test_an_identity_that_was_replaced_is_reported_and_not_fought(synapse: Synapse, tmp_path: Path) -> None:
    bot = synapse.register("bot")
    login = login_of(synapse, bot, tmp_path / "bot")
    thief = login_of(synapse, bot, tmp_path / "thief")
    async with signed_in(login) as client:
        assert await crosssigning.ensure(client, login) is State.TRUSTED
        async with signed_in(thief) as other:
            await crosssigning.renew(other, thief)
        after = shown(synapse, bot, bot)["master_keys"]
        assert await crosssigning.ensure(client, login) is State.REPLACED
        assert shown(synapse, bot, bot)["master_keys"] == after
    good, sentence = await said(login)
    assert not good
    assert "vervangen" in sentence


async def test_without_the_password_a_replacement_says_that_it_is_wanted(synapse: Synapse, tmp_path: Path) -> None:
    bot = synapse.register("bot")
    login = login_of(synapse, bot, tmp_path, password=False)
    async with signed_in(login) as client:
        assert await crosssigning.ensure(client, login) is State.TRUSTED, "the first time the server asks nothing"
        before = shown(synapse, bot, bot)["master_keys"]
        with pytest.raises(Approval, match="RAADSMAAT_MATRIX_PASSWORD") as told:
            await crosssigning.renew(client, login)
        assert not told.value.waits
        assert shown(synapse, bot, bot)["master_keys"] == before
        assert await crosssigning.ensure(client, login) is State.TRUSTED


async def test_a_wrong_password_is_tried_once(synapse: Synapse, tmp_path: Path) -> None:
    bot = synapse.register("bot")
    login = login_of(synapse, bot, tmp_path)
    async with signed_in(login) as client:
        assert await crosssigning.ensure(client, login) is State.TRUSTED
        wrong = Login(login.server, login.user, login.key, login.folder, password="niet dit")
        with pytest.raises(Approval, match="klopt niet") as told:
            await crosssigning.renew(client, wrong)
        assert not told.value.waits


async def test_another_key_in_the_settings_is_said_and_nothing_is_thrown_away(synapse: Synapse, tmp_path: Path) -> None:
    bot = synapse.register("bot")
    login = login_of(synapse, bot, tmp_path)
    async with signed_in(login) as client:
        assert await crosssigning.ensure(client, login) is State.TRUSTED
        other = Login(login.server, login.user, "a key that somebody mistyped", login.folder)
        assert await crosssigning.ensure(client, other) is State.LOCKED
        assert not (await said(other))[0]
        assert await crosssigning.ensure(client, login) is State.TRUSTED


@pytest.mark.parametrize(
    ("flows", "params", "words"),
    [
        (["m.oauth"], {"m.oauth": {"url": "https://login.gemeente.nl/reset"}}, "Open https://login.gemeente.nl/reset"),
        (["org.matrix.cross_signing_reset"], {}, "accountpagina"),
        (["m.login.sso"], {}, "cross-signing"),
    ],
)
async def test_a_server_that_wants_a_person_to_agree_tells_the_administrator_where(
    synapse: Synapse, tmp_path: Path, flows: list[str], params: dict[str, Any], words: str
) -> None:
    """Synapse with another place to sign in answers so; the place itself is too much to start here."""
    bot = synapse.register("bot")
    login = login_of(synapse, bot, tmp_path)
    async with (
        signed_in(login) as client,
        _wanting({"session": "s", "flows": [{"stages": flows}], "params": params}) as url,
    ):
        client.homeserver, here = url(client.user_id, client.device_id), client.homeserver
        with pytest.raises(Approval, match=words) as told:
            await crosssigning.ensure(client, login)
        assert told.value.waits
        assert words in (await said(login))[1]
        client.homeserver = here
        assert await crosssigning.ensure(client, login) is State.TRUSTED
        assert words not in (await said(login))[1]


@asynccontextmanager
async def _wanting(wanted: dict[str, Any]) -> AsyncIterator[Any]:
    """The two requests of a server that leaves signing in to another place."""
    device: dict[str, Any] = {}

    async def query(_: web.Request) -> web.Response:
        return web.json_response({"device_keys": device})

    async def upload(_: web.Request) -> web.Response:
        return web.json_response(wanted, status=401)

    app = web.Application()
    app.router.add_post("/_matrix/client/v3/keys/query", query)
    app.router.add_post("/_matrix/client/v3/keys/device_signing/upload", upload)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    [(_, port)] = runner.addresses

    def address(user: str, name: str) -> str:
        device[user] = {name: {"device_id": name}}
        return f"http://127.0.0.1:{port}"

    try:
        yield address
    finally:
        await runner.cleanup()


async def test_a_refusal_of_the_server_is_an_error_and_not_a_state(synapse: Synapse, tmp_path: Path) -> None:
    bot = synapse.register("bot")
    login = login_of(synapse, bot, tmp_path)
    async with signed_in(login) as client:
        client.access_token = "not-a-token"
        with pytest.raises(Refused, match="M_UNKNOWN_TOKEN"):
            await crosssigning.ensure(client, login)


async def test_the_administrator_gives_the_account_a_new_identity(
    synapse: Synapse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = synapse.register("bot")
    elsewhere = Identity.new(bot.user).upload()
    assert synapse.call("POST", "/_matrix/client/v3/keys/device_signing/upload", elsewhere, bot.token).status == 200
    given = {"DATA": str(tmp_path), "MATRIX_SERVER": synapse.url, "MATRIX_USER": bot.user, "MATRIX_KEY": KEY}
    for name, value in (given | {"MATRIX_PASSWORD": bot.password}).items():
        monkeypatch.setenv(f"RAADSMAAT_{name}", value)
    monkeypatch.delenv("RAADSMAAT_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    command = ["matrix", "nieuwe-identiteit"]
    done = await asyncio.to_thread(CliRunner().invoke, commands.app, command)
    assert done.exit_code == 0, done.output
    assert "kruiselings ondertekend" in done.output
    found = await asyncio.to_thread(CliRunner().invoke, commands.app, ["doctor"])
    assert "✓ Versleuteling staat aan" in found.output
    with only_one(tmp_path / "raadsmaat.sqlite3"):
        refused = await asyncio.to_thread(CliRunner().invoke, commands.app, command)
    assert refused.exit_code == 1
    assert "draait al" in refused.output
