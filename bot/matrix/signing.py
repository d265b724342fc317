"""Signed JSON as Matrix has it: one way of writing it down, and Ed25519 signatures over that.

Pure: no network, no clock. The rules are those of the Matrix specification, appendices “Canonical JSON”, “Signing
JSON” and “Unpadded Base64”.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_LARGEST = 2**53 - 1
_UNSIGNED = ("signatures", "unsigned")  # never part of what is signed


class NotCanonical(ValueError):
    """A value that the specification has no way of writing down: a float, a number too large, half a character."""


def canonical(value: Any) -> bytes:
    """The one way to write a value: shortest, keys in the order of their code points, UTF-8. Raises NotCanonical."""
    _check(value)
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    except UnicodeEncodeError:
        raise NotCanonical("half a surrogate pair") from None


def _check(value: Any) -> None:
    match value:
        case None | bool() | str():
            return
        case int():
            if not -_LARGEST <= value <= _LARGEST:
                raise NotCanonical("a number that not every program can hold")
        case list() | tuple():
            for one in value:
                _check(one)
        case dict():
            for key, one in value.items():
                if not isinstance(key, str):
                    raise NotCanonical("a key that is no text")
                _check(one)
        case _:
            raise NotCanonical(type(value).__name__)


def unpadded(data: bytes) -> str:
    """Bytes as base64 without `=` at the end, as every key and signature of Matrix is written."""
    return base64.b64encode(data).decode("ascii").rstrip("=")


def decoded(text: str) -> bytes:
    """The bytes that unpadded base64 stands for; raises ValueError when it is no such thing."""
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("no unpadded base64") from error


def public(key: Ed25519PrivateKey) -> str:
    """The public half of a key, which is also its name in a signature."""
    return unpadded(key.public_key().public_bytes_raw())


def signable(content: Mapping[str, Any]) -> bytes:
    """What of an object is signed: all but the signatures themselves, and what others may change on the way.

    Raises NotCanonical.
    """
    return canonical({name: value for name, value in content.items() if name not in _UNSIGNED})


def signature(content: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """The signature of an object. Raises NotCanonical."""
    return unpadded(key.sign(signable(content)))


def signed(content: Mapping[str, Any], user: str, key_name: str, proof: str) -> dict[str, Any]:
    """The object with this signature added to those it has. `key_name` is without “ed25519:”."""
    others = content.get("signatures", {})
    ours = others.get(user, {}) | {f"ed25519:{key_name}": proof}
    return {**content, "signatures": {**others, user: ours}}


def verified(content: Any, user: str, key_name: str, key: str) -> bool:
    """Whether an object from anywhere carries a good signature by this public key. False for whatever is malformed."""
    try:
        proof = decoded(content["signatures"][user][f"ed25519:{key_name}"])
        Ed25519PublicKey.from_public_bytes(decoded(key)).verify(proof, signable(content))
    except (InvalidSignature, ValueError, LookupError, TypeError, AttributeError):
        return False
    return True
