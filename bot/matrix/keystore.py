"""The library's store of keys, which writes only what it does not hold yet."""

from functools import cached_property

from nio.store.database import DefaultStore


class KeyStore(DefaultStore):
    """After every sync the library stores anew which rooms are encrypted. That was a seventh of what a message costs,
    and made every answer wait for the disk; here nothing is written unless there is a new one."""

    @cached_property
    def _held(self) -> set[str]:
        return set(self.load_encrypted_rooms())

    def save_encrypted_rooms(self, rooms: set[str]) -> None:
        """Stores the rooms that are encrypted since the last time."""
        if new := rooms - self._held:
            super().save_encrypted_rooms(new)
            self._held.update(new)

    def delete_encrypted_room(self, room: str) -> None:
        """Forgets a room that the account has left."""
        super().delete_encrypted_room(room)
        self._held.discard(room)
