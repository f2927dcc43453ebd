"""Phone numbers as pages may show them."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import Connection

from geo_grid.phones import Holder, WrongKey, is_sealed, vault_of

#: Digits of a mainland mobile number; longer ones carry a country code before it.
MOBILE_DIGITS = 11


def masking(conn: Connection) -> Callable[[Holder, str, str | None], str | None]:
    """What gives (holder, code, stored phone) as pages may show it; one sealed with a lost key is all hidden."""
    vault = vault_of(conn)

    def show(holder: Holder, code: str, stored: str | None) -> str | None:
        try:
            return masked(vault.open(holder, code, stored))
        except WrongKey:
            return "****"

    return show


def masked(phone: str | None) -> str | None:
    """The number with its middle hidden (138****5678); a shorter one shows two digits at most; None stays None."""
    if phone is None or not phone.strip():
        return None
    if is_sealed(phone):
        return "****"
    digits = re.sub(r"\D", "", phone)
    if len(digits) >= MOBILE_DIGITS:
        digits = digits[-MOBILE_DIGITS:]
        return f"{digits[:3]}****{digits[-4:]}"
    return "****" + (digits[-2:] if len(digits) > 5 else "")
