"""Which rooms are encrypted is known after every start, however little of it is written."""

from pathlib import Path

from nio.crypto import OlmAccount

from bot.matrix.keystore import KeyStore

ONE, OTHER = "!een:gemeente.example", "!twee:gemeente.example"


def opened(folder: Path) -> KeyStore:
    return KeyStore("@raadsmaat:gemeente.example", "APPARAAT", str(folder), "sleutel", "keys.sqlite3")


def test_rooms_are_stored_once_and_again_after_they_were_left(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.save_account(OlmAccount())
    for rooms in ({ONE}, set(), {ONE, OTHER}, {ONE}):
        store.save_encrypted_rooms(rooms)
    assert opened(tmp_path).load_encrypted_rooms() == {ONE, OTHER}
    store.delete_encrypted_room(ONE)
    assert opened(tmp_path).load_encrypted_rooms() == {OTHER}
    store.save_encrypted_rooms({ONE})
    assert opened(tmp_path).load_encrypted_rooms() == {ONE, OTHER}


def test_what_an_earlier_process_stored_is_known(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.save_account(OlmAccount())
    first.save_encrypted_rooms({ONE})
    second = opened(tmp_path)
    second.save_encrypted_rooms({ONE, OTHER})
    assert opened(tmp_path).load_encrypted_rooms() == {ONE, OTHER}
