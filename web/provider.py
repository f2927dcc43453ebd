"""Signing in through somebody else's provider, by OpenID Connect: asking it, and proving what it answers."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from geo_grid.errors import Refused, Unavailable
from geo_grid.settings import Settings

SCOPE = "openid profile email"
#: Seconds for one answer of the provider, seconds that its clock may be off, and for how long its description is kept.
PATIENCE_S, LEEWAY_S, KEPT_S = 5.0, 60, 3600.0
LARGEST = 1 << 20
#: How a token may be signed; "none" and what a shared secret signs are not among them.
SIGNED_BY = ["RS256", "PS256", "ES256", "EdDSA"]


class ProviderAway(Unavailable):
    """The provider does not answer, or not as OpenID Connect asks."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            "the sign-in service does not answer as it should: sign in with a password, or try again later"
        )


class NotProven(Refused):
    """What came back from the provider is not the answer to what this browser asked."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__("the sign-in service's answer could not be proven: start again from the page to sign in on")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser keeps while it is at the provider: only who has all three can finish."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider of the settings; its description and keys are fetched when first needed, from no other place."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[str, tuple[float, Any]] = {}

    @property
    def name(self) -> str:
        """What its button says."""
        return self._settings.oidc_name

    def way_in(self, back: str) -> tuple[str, Asked]:
        """The address at the provider to send a browser to, and what it must bring back to `back`."""
        asked = Asked(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        address, _ = self._session(back).create_authorization_url(
            self._described("authorization_endpoint"),
            state=asked.state,
            nonce=asked.nonce,
            code_verifier=asked.verifier,
        )
        return str(address), asked

    def way_out(self, back: str) -> str | None:
        """The address at which one signs out there too; None when it has none."""
        end = self._description().get("end_session_endpoint")
        if not isinstance(end, str) or not self._is_trusted(end):
            return None
        told = {"client_id": self._settings.oidc_client_id, "post_logout_redirect_uri": back}
        return f"{end}?{urlencode(told)}"

    def who_came(self, back: str, asked: Asked, code: str) -> str:
        """The username that the provider vouches for. Raises `NotProven` and `ProviderAway`."""
        token = self._token(back, asked, code)
        claims = self._proven(token, asked.nonce)
        found = claims.get(self._settings.oidc_claim)
        if not isinstance(found, str) or not found.strip():
            raise NotProven(f"the token has no claim {self._settings.oidc_claim}")
        return found

    def _session(self, back: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        chosen = self._settings
        return OAuth2Session(
            chosen.oidc_client_id,
            chosen.oidc_client_secret,
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=PATIENCE_S,
        )

    def _token(self, back: str, asked: Asked, code: str) -> str:
        """The identity token that the code is worth."""
        import requests
        from authlib.common.errors import AuthlibBaseError

        endpoint = self._described("token_endpoint")
        try:
            found = self._session(back).fetch_token(
                endpoint, code=code, code_verifier=asked.verifier, timeout=PATIENCE_S, allow_redirects=False
            )
        except AuthlibBaseError as wrong:
            raise NotProven(str(wrong)) from wrong
        except (requests.RequestException, ValueError) as wrong:
            raise ProviderAway(str(wrong)) from wrong
        token = found.get("id_token")
        if not isinstance(token, str):
            raise NotProven("there is no identity token")
        return token

    def _proven(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of a token that the provider signed, for us, for this browser, just now."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        asked: dict[str, Any] = {
            "iss": {"essential": True, "value": self._description()["issuer"]},
            "aud": {"essential": True, "value": self._settings.oidc_client_id},
            "nonce": {"essential": True, "value": nonce},
            "exp": {"essential": True},
            "sub": {"essential": True},
        }
        try:
            published: Any = self._fetched(self._described("jwks_uri"))
            keys = KeySet.import_key_set(published)
            decoded = jwt.decode(token, keys, algorithms=SIGNED_BY)
            jwt.JWTClaimsRegistry(leeway=LEEWAY_S, **asked).validate(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError) as wrong:
            self._known.clear()  # the provider may have taken new keys: they are asked for at the next try
            raise NotProven(f"{type(wrong).__name__}: {wrong}") from wrong
        return dict(decoded.claims)

    def _description(self) -> dict[str, Any]:
        """What the provider says of itself; it must be the one of the settings."""
        issuer = str(self._settings.oidc_issuer).rstrip("/")
        found = self._fetched(f"{issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != issuer:
            raise ProviderAway(f"it calls itself {found.get('issuer')}")
        return found

    def _described(self, name: str) -> str:
        """An address of the provider."""
        address = self._description().get(name)
        if not isinstance(address, str) or not self._is_trusted(address):
            raise ProviderAway(f"its {name} cannot be used: {address}")
        return address

    def _is_trusted(self, address: str) -> bool:
        """Whether an address is as safe as the issuer's: the same scheme, and for plain http the same host."""
        here, there = urlsplit(str(self._settings.oidc_issuer)), urlsplit(address)
        return (
            there.scheme == here.scheme
            and bool(there.netloc)
            and (here.scheme == "https" or there.hostname == here.hostname)
        )

    def _fetched(self, address: str) -> dict[str, Any]:
        """A JSON document of the provider, kept for an hour."""
        import requests

        kept = self._known.get(address)
        if kept is not None and kept[0] > time.monotonic():
            return dict(kept[1])
        try:
            answer = requests.get(address, timeout=PATIENCE_S, allow_redirects=False, stream=True)
            content = answer.raw.read(LARGEST + 1, decode_content=True)
            found = json.loads(content) if answer.status_code == 200 else None
        except (requests.RequestException, ValueError, OSError) as wrong:
            raise ProviderAway(str(wrong)) from wrong
        if not isinstance(found, dict) or len(content) > LARGEST:
            raise ProviderAway(f"{address} answers {answer.status_code}")
        self._known[address] = (time.monotonic() + KEPT_S, found)
        return found
