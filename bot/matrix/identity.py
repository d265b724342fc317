"""The bot's cross-signing keys: the identity that vouches for its device, kept locked in a file.

The master key vouches for the other two; the self-signing key for the bot's devices; the user-signing key would for
other people, and is there because the protocol wants all three.
"""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bot.matrix import kept
from bot.matrix.signing import public, signature, signed

FILE = "identity.json"
_ROLES = ("master", "self_signing", "user_signing")
_SALT, _NONCE = 16, 12  # bytes
# A guess at the key from the settings costs this much: 16 MiB and some 50 ms.
_COST: dict[str, int] = {"n": 2**14, "r": 8, "p": 1}


class WrongKey(Exception):
    """The file cannot be opened with the key from the settings, or it was made for another account or damaged."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The three private keys of an account. `user` is its address; the keys are worth nothing for another."""

    user: str
    master: Ed25519PrivateKey
    self_signing: Ed25519PrivateKey
    user_signing: Ed25519PrivateKey

    @classmethod
    def new(cls, user: str) -> Self:
        """A fresh identity, known to nobody yet."""
        return cls(user, *(Ed25519PrivateKey.generate() for _ in _ROLES))

    def upload(self) -> dict[str, Any]:
        """The public halves as the server wants them, the lesser two signed by the master key."""
        body = {}
        for role in _ROLES:
            key = public(getattr(self, role))
            content = {"user_id": self.user, "usage": [role], "keys": {f"ed25519:{key}": key}}
            if role != "master":
                content = self._by(self.master, content)
            body[f"{role}_key"] = content
        return body

    def vouch(self, device: dict[str, Any]) -> dict[str, Any]:
        """The keys of a device of this account, with the signature by which clients trust it."""
        content = {name: value for name, value in device.items() if name not in ("signatures", "unsigned")}
        return self._by(self.self_signing, content)

    def _by(self, key: Ed25519PrivateKey, content: dict[str, Any]) -> dict[str, Any]:
        return signed(content, self.user, public(key), signature(content, key))


def store(folder: Path, identity: Identity, key: str) -> None:
    """Keeps an identity, locked with the key from the settings; an older one in its place is gone."""
    secrets = {role: getattr(identity, role).private_bytes_raw().hex() for role in _ROLES}
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    locked = _lock(key, salt).encrypt(nonce, json.dumps(secrets).encode(), identity.user.encode())
    kept.write(kept.folder(folder) / FILE, {"user": identity.user, "locked": _text(salt + nonce + locked)})


def restore(folder: Path, user: str, key: str) -> Identity | None:
    """The identity that was kept; None when there is none. Raises WrongKey."""
    try:
        found = kept.read(folder / FILE)
        if not found:
            return None
        data = base64.b64decode(found["locked"], validate=True)
        salt, nonce, locked = data[:_SALT], data[_SALT : _SALT + _NONCE], data[_SALT + _NONCE :]
        secrets = json.loads(_lock(key, salt).decrypt(nonce, locked, user.encode()))
        return Identity(user, *(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secrets[role])) for role in _ROLES))
    except (InvalidTag, ValueError, LookupError, TypeError) as error:
        raise WrongKey from error


def _lock(key: str, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hashlib.scrypt(key.encode(), salt=salt, dklen=32, **_COST))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
