"""The test server does what the tests of the bot rely on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.synapse import Account, Synapse

pytestmark = pytest.mark.wire


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with Synapse(tmp_path_factory.mktemp("strict-synapse"), strict=True) as server:
        yield server


def room(server: Synapse, account: Account) -> str:
    return str(server.call("POST", "/_matrix/client/v3/createRoom", {}, account.token).body["room_id"])


def say(server: Synapse, account: Account, where: str, transaction: str) -> int:
    path = f"/_matrix/client/v3/rooms/{where}/send/m.room.message/{transaction}"
    return server.call("PUT", path, {"msgtype": "m.text", "body": "Goedemorgen"}, account.token).status


def test_everybody_gets_an_account_of_their_own(synapse: Synapse) -> None:
    anna, other = synapse.register("anna"), synapse.register("anna")
    assert anna.user != other.user
    assert synapse.call("GET", "/_matrix/client/v3/account/whoami", token=anna.token).body["user_id"] == anna.user


def test_nobody_is_slowed_down(synapse: Synapse) -> None:
    anna = synapse.register("anna")
    where = room(synapse, anna)
    assert [say(synapse, anna, where, str(number)) for number in range(20)] == [200] * 20


def test_a_strict_server_refuses_who_says_too_much(strict: Synapse) -> None:
    anna = strict.register("anna")
    where = room(strict, anna)
    with ThreadPoolExecutor(20) as crowd:
        said = list(crowd.map(lambda number: say(strict, anna, where, str(number)), range(20)))
    assert 429 in said
    assert 200 in said


def test_what_was_said_is_there_after_a_kill_and_the_port_is_the_same(strict: Synapse) -> None:
    anna, before = strict.register("anna"), strict.url
    where = room(strict, anna)
    strict.kill()
    strict.start()
    strict.stop()
    strict.start()
    assert strict.url == before
    joined = strict.call("GET", "/_matrix/client/v3/joined_rooms", token=anna.token).body["joined_rooms"]
    assert joined == [where]


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    server = Synapse(tmp_path)
    (tmp_path / "signing.key").write_text("this is not a key")
    with pytest.raises(RuntimeError, match="Synapse did not start"):
        server.start()
