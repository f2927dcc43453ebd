"""Phone numbers as pages may show them."""

from __future__ import annotations

import re

#: Digits of a mainland mobile number; longer ones carry a country code before it.
MOBILE_DIGITS = 11


def masked(phone: str | None) -> str | None:
    """The number with its middle hidden (138****5678); a shorter one shows two digits at most; None stays None."""
    if phone is None or not phone.strip():
        return None
    digits = re.sub(r"\D", "", phone)
    if len(digits) >= MOBILE_DIGITS:
        digits = digits[-MOBILE_DIGITS:]
        return f"{digits[:3]}****{digits[-4:]}"
    return "****" + (digits[-2:] if len(digits) > 5 else "")
