"""Canonical JSON, Ed25519 signatures and unpadded base64, by the vectors and rules of the Matrix specification."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as some

from bot.matrix.signing import NotCanonical, canonical, decoded, public, signature, signed, unpadded, verified

LARGEST = 2**53 - 1
texts = some.text(some.characters(codec="utf-8"))
values = some.recursive(
    some.none() | some.booleans() | some.integers(-LARGEST, LARGEST) | texts,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
objects = some.dictionaries(texts, values, max_size=5)
keys = some.binary(min_size=32, max_size=32).map(Ed25519PrivateKey.from_private_bytes)

# Specification, appendix “Cryptographic test vectors”.
SEED = "YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"
SIGNATURES = [
    ({}, "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"),
    (
        {"one": 1, "two": "Two"},
        "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw",
    ),
]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({}, "{}"),
        ({"one": 1, "two": "Two"}, '{"one":1,"two":"Two"}'),
        ({"b": "2", "a": "1"}, '{"a":"1","b":"2"}'),
        (
            {"auth": {"success": True, "profile": {"three_pids": [{"medium": "msisdn"}]}, "mxid": "@j:example.com"}},
            '{"auth":{"mxid":"@j:example.com","profile":{"three_pids":[{"medium":"msisdn"}]},"success":true}}',
        ),
        ({"a": "日本語"}, '{"a":"日本語"}'),
        ({"本": 2, "日": 1}, '{"日":1,"本":2}'),
        ({"a": "\u65e5"}, '{"a":"日"}'),
        ({"a": None}, '{"a":null}'),
        ({"\U0001f600": 1, "\ufffd": 2}, '{"\ufffd":2,"\U0001f600":1}'),
    ],
)
def test_canonical_json_is_written_as_in_the_specification(value: Any, written: str) -> None:
    assert canonical(value) == written.encode()


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), 2**53, -(2**53), {1: "a"}, "\ud800", {"a": [b"x"]}, {"\udfff": 1}]
)
def test_what_cannot_be_written_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@given(objects)
def test_what_is_written_says_the_same_and_does_not_depend_on_order(value: dict[str, Any]) -> None:
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written
    assert canonical(dict(reversed(value.items()))) == written


@given(some.binary(max_size=80))
def test_unpadded_base64_is_read_back_with_and_without_padding(data: bytes) -> None:
    text = unpadded(data)
    assert "=" not in text
    assert decoded(text) == data


@pytest.mark.parametrize(
    ("data", "text"), [(b"", ""), (b"f", "Zg"), (b"fo", "Zm8"), (b"foo", "Zm9v"), (b"foob", "Zm9vYg")]
)
def test_unpadded_base64_is_written_as_in_the_specification(data: bytes, text: str) -> None:
    assert unpadded(data) == text


@pytest.mark.parametrize("text", ["a", "Zm9v!", "日", "Z g"])
def test_text_that_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        decoded(text)


@pytest.mark.parametrize(("content", "expected"), SIGNATURES, ids=["empty", "two"])
def test_signatures_are_those_of_the_specification(content: dict[str, Any], expected: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(decoded(SEED))
    assert signature(content, key) == expected
    assert signature({**content, "signatures": {"other": {}}, "unsigned": {"age": 5}}, key) == expected
    assert verified({**content, "signatures": {"domain": {"ed25519:1": expected}}}, "domain", "1", public(key))


@given(objects, keys)
def test_a_signature_holds_for_what_was_signed_and_nothing_else(
    content: dict[str, Any], key: Ed25519PrivateKey
) -> None:
    assume("signatures" not in content)
    whole = signed(content, "@a:x", "K", signature(content, key))
    assert verified(whole, "@a:x", "K", public(key))
    assert verified({**whole, "unsigned": {"age": 1}}, "@a:x", "K", public(key))
    assert not verified({**whole, "more": 1} | {"more": not content.get("more")}, "@a:x", "K", public(key))
    assert not verified(whole, "@b:x", "K", public(key))
    assert not verified(whole, "@a:x", "L", public(key))
    assert not verified(whole, "@a:x", "K", public(Ed25519PrivateKey.generate()))


@given(objects, keys, keys)
def test_signatures_stand_beside_each_other(
    content: dict[str, Any], one: Ed25519PrivateKey, other: Ed25519PrivateKey
) -> None:
    assume("signatures" not in content)
    both = signed(signed(content, "@a:x", "1", signature(content, one)), "@a:x", "2", signature(content, other))
    assert verified(both, "@a:x", "1", public(one))
    assert verified(both, "@a:x", "2", public(other))


@given(values, texts)
def test_whatever_comes_from_outside_is_just_not_verified(content: Any, key: str) -> None:
    assert not verified(content, "@a:x", "K", key)
    assert not verified({"signatures": content}, "@a:x", "K", key)
    assert not verified({"signatures": {"@a:x": {"ed25519:K": content}}}, "@a:x", "K", public_of_somebody())


def public_of_somebody() -> str:
    return public(Ed25519PrivateKey.from_private_bytes(decoded(SEED)))
