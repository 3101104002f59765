"""Keyed tokens in the place of numbers that identify a person: HMAC-SHA256, the first 32 hexadecimal digits (128 bits).

The same number has the same token in every table and delivery, and nobody without the key can try numbers until one fits.
The key comes from MEDFUND_TOKEN_KEY, from the Prefect secret `medfund-token-key`, or from a file that the first run makes. The
lake remembers a fingerprint of the key: with another one the same person would become two.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import duckdb

from flows.errors import UsageError
from flows.settings import get_settings

SECRET_BLOCK = "medfund-token-key"
TOKEN_LENGTH = 32
SHORTEST_KEY = 16
_BLOCK_SIZE = 64  # of SHA-256, in bytes


def token_of(key: bytes, number: str) -> str:
    """Return the token of a number, as the loader's SQL makes it."""
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()[:TOKEN_LENGTH]


def fingerprint_of(key: bytes) -> str:
    """Return what may be known of a key: enough to tell two apart."""
    return hmac.new(key, b"fingerprint of the token key", hashlib.sha256).hexdigest()[:16]


def token_sql(text: str) -> str:
    """SQL of the token of an expression, NULL for NULL; `set_key` must have been called on the connection.

    The pads stand in variables of the connection, so that the key is in no query and in no error message.
    """
    inner = f"unhex(sha256(getvariable('token_inner') || encode({text})))"
    return f"left(sha256(getvariable('token_outer') || {inner}), {TOKEN_LENGTH})"


def set_key(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give a connection the two pads of RFC 2104 that `token_sql` needs."""
    padded = (hashlib.sha256(key).digest() if len(key) > _BLOCK_SIZE else key).ljust(_BLOCK_SIZE, b"\0")
    connection.execute("set variable token_inner = ?", [bytes(byte ^ 0x36 for byte in padded)])
    connection.execute("set variable token_outer = ?", [bytes(byte ^ 0x5C for byte in padded)])


def token_key(known_fingerprints: Iterable[str]) -> bytes:
    """Return the key of this installation; the first run makes one.

    Args:
        known_fingerprints: of the keys that the lake's tokens were made with.

    Raises:
        UsageError: the key is too short, its file can be read by others, or the lake was made with another one.

    """
    known = set(known_fingerprints)
    path = get_settings().token_key_file
    given = os.environ.get("MEDFUND_TOKEN_KEY", "").strip() or _from_prefect()
    if given:
        key, place = given.encode(), "MEDFUND_TOKEN_KEY or the Prefect secret"
    elif path.exists() or not known:
        key, place = _from_file(path), str(path)
    else:
        raise UsageError(
            f"the lake holds tokens, and their key is not there: neither MEDFUND_TOKEN_KEY, nor the Prefect secret "
            f"{SECRET_BLOCK}, nor {path}. Put the key back; with a new one the same person would have two tokens."
        )
    if len(key) < SHORTEST_KEY:
        raise UsageError(f"{place}: the token key has {len(key)} bytes, expected {SHORTEST_KEY} or more")
    if known - {fingerprint_of(key)}:
        raise UsageError(
            f"{place}: this is not the key that the lake's tokens were made with (fingerprint {fingerprint_of(key)}, the lake "
            f"says {', '.join(sorted(known))}). Put that key back; with another one the same person would have two tokens."
        )
    return key


def _from_prefect() -> str:
    """Return the Prefect secret, empty when there is none; looked for only where a server is at hand."""
    from prefect.context import FlowRunContext

    if FlowRunContext.get() is None and not os.environ.get("PREFECT_API_URL"):
        return ""
    from prefect.blocks.system import Secret

    try:
        return str(Secret.load(SECRET_BLOCK, _sync=True).get()).strip()
    except ValueError:  # no such block
        return ""


def _from_file(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
    if path.stat().st_mode & 0o077:
        raise UsageError(f"{path}: others may read the token key. Run `chmod 600 {path}`.")
    return path.read_text(encoding="ascii").strip().encode()
