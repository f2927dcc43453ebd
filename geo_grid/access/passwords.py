"""Passwords: what makes a good one, its argon2id hash, and the comparison that takes as long for nobody's."""

from __future__ import annotations

import secrets
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geo_grid.errors import BadInput

#: OWASP Password Storage Cheat Sheet (2024): argon2id with 19 MiB, 2 passes, 1 lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
SHORTEST, LONGEST = 10, 200
#: zxcvbn's time grows faster than the length; what comes after this can only make a password stronger.
LONGEST_SCORED = 60
#: Of zxcvbn's scores 0 to 4: 3 is more than 10^8 guesses.
STRONG_ENOUGH = 3
#: What everybody here would try first, beside the username.
EVIDENT = ("geo_grid", "geogrid", "grid", "county", "administrator", "网格", "网格员", "管理员", "县", "wangge")
#: Letters and digits that nobody mistakes for one another when they are read out or typed off a slip of paper.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


class WeakPassword(BadInput):
    """A new password is too short, too long, or easily guessed."""


def demand_strong(password: str, username: str) -> None:
    """Nothing when the password may be used; else raises `WeakPassword`."""
    if len(password) < SHORTEST:
        raise WeakPassword.of("a password has at least %(least)s characters: take a longer one", least=SHORTEST)
    if len(password) > LONGEST:
        raise WeakPassword.of("a password has at most %(most)s characters: take a shorter one", most=LONGEST)
    if username.casefold() in password.casefold() or _score(password, username) < STRONG_ENOUGH:
        raise WeakPassword("this password is easily guessed: take one without your name, rows of keys or repetitions")


def hashed(password: str) -> str:
    """The argon2id hash of a password, with its parameters and salt in it."""
    return HASHER.hash(_plain(password))


def is_right(password: str, known: str | None) -> bool:
    """Whether the password has the hash `known`; without one the same work is done and the answer is no."""
    if len(password) > LONGEST:
        return False
    try:
        return HASHER.verify(known or _nobodys(), _plain(password)) and known is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(known: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(known)


def made_up() -> str:
    """A new password of 16 signs (79 bits), easily read out in fours."""
    signs = [secrets.choice(SIGNS) for _ in range(16)]
    return "-".join("".join(signs[start : start + 4]) for start in range(0, 16, 4))


def _score(password: str, username: str) -> int:
    """How hard the password is to guess, from 0 to 4; words, rows of keys, dates and repetitions count little."""
    from zxcvbn import zxcvbn

    found = zxcvbn(password[:LONGEST_SCORED], user_inputs=[username, *EVIDENT])
    return int(found["score"])


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """The hash of a password that nobody has."""
    return hashed(secrets.token_hex(16))


def _plain(password: str) -> bytes:
    """The password's bytes, the same whether a letter was typed whole or composed."""
    return unicodedata.normalize("NFC", password).encode()
