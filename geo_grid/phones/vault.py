"""Sealing: a phone becomes a text that only the key in HOME opens, and only for the one it belongs to."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection

from geo_grid.errors import Unavailable
from geo_grid.keys import kept_key

#: What a sealed text begins with: the first way of sealing.
SEAL = "g1:"
FILE = "phone_key"
NONCE_BYTES = 12


class Holder(Enum):
    """Whose phone it is; a sealed phone copied to another row opens no more."""

    HOUSEHOLD = "household"
    WORKER = "worker"


class WrongKey(Unavailable):
    """A phone was sealed with another key than the one at hand."""

    def __init__(self) -> None:
        super().__init__(
            "phones were sealed with another key: bring back the file phone_key of HOME, or GEO_GRID_PHONE_KEY"
        )


class Vault:
    """Seals and opens with AES-256-GCM; the holder's kind and code are bound into the seal.

    The nonce is a keyed digest of holder and phone (a synthetic nonce, as in RFC 8452): the same phone of the same
    holder always looks the same, so that an import that changes nothing writes nothing, and no nonce ever serves two
    texts.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(hashlib.blake2b(key, digest_size=32, person=b"seal").digest())
        self._nonce_key = hashlib.blake2b(key, digest_size=32, person=b"nonce").digest()

    def seal(self, holder: Holder, code: str, phone: str | None) -> str | None:
        """The phone as it is stored; None, blanks and what is sealed already stay as they are."""
        if not phone or is_sealed(phone):
            return phone
        bound, plain = f"{holder.value}:{code}".encode(), phone.encode()
        nonce = hashlib.blake2b(bound + b"\0" + plain, digest_size=NONCE_BYTES, key=self._nonce_key).digest()
        return SEAL + b64encode(nonce + self._cipher.encrypt(nonce, plain, bound)).decode()

    def seal_all(self, holder: Holder, codes: Iterable[str], phones: Iterable[str | None]) -> list[str | None]:
        """The phones of many holders as they are stored."""
        return [self.seal(holder, code, phone) for code, phone in zip(codes, phones, strict=True)]

    def open(self, holder: Holder, code: str, stored: str | None) -> str | None:
        """The phone; what was stored before there were seals is given as it is. Raises `WrongKey`."""
        if not stored or not is_sealed(stored):
            return stored
        try:
            sealed = b64decode(stored.removeprefix(SEAL), validate=True)
            bound = f"{holder.value}:{code}".encode()
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound).decode()
        except (InvalidTag, ValueError) as wrong:
            raise WrongKey from wrong

    def open_or_keep(self, holder: Holder, code: str, stored: str | None) -> str | None:
        """The phone; with the wrong key it stays sealed, so that writing it back loses nothing."""
        try:
            return self.open(holder, code, stored)
        except WrongKey:
            return stored


def is_sealed(stored: str) -> bool:
    """Whether a text is a sealed phone."""
    return stored.startswith(SEAL)


def vault_of(conn: Connection) -> Vault:
    """The vault with the key of the settings that `conn`'s engine was made with."""
    options = conn.engine.get_execution_options()
    return _vault(options.get("geo_grid_phone_key"), options["geo_grid_home"])


@lru_cache(maxsize=8)
def _vault(key: str | None, home: str) -> Vault:
    """The vault with that key, else with the one kept in HOME."""
    return Vault(bytes.fromhex(key or kept_key(Path(home) / FILE, "phones", "GEO_GRID_PHONE_KEY")))
