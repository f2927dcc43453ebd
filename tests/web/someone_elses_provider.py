"""An OpenID Connect provider of its own process, for tests: `python -m tests.web.someone_elses_provider`.

It prints its port, signs in whoever is asked for, and lies in the way that it was told at `/say`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sys
import time
from base64 import b64decode, urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "geo_grid", "s3cret&+ word"


class Handler(BaseHTTPRequestHandler):
    """Answers as a provider does; what it knows is kept in the class."""

    key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
    stranger = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
    granted: ClassVar[dict[str, dict[str, str]]] = {}
    #: The username that signs in, and how the provider lies.
    who, lie = "alice", ""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    @property
    def issuer(self) -> str:
        """Its own address."""
        return f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]

    def do_GET(self) -> None:
        """The description, the keys, signing in, and what tests say."""
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self._json(
                {
                    "issuer": self.issuer if Handler.lie != "issuer" else "https://elsewhere.example",
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys" if Handler.lie != "keys" else "http://elsewhere.example/keys",
                    "end_session_endpoint": f"{self.issuer}/out",
                }
            )
        elif parts.path == "/keys":
            self._json({"keys": [Handler.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self._authorize(asked)
        elif parts.path == "/say":
            Handler.who, Handler.lie = asked["who"], asked.get("lie", "")
            self._json({})
        else:
            self.send_error(404)

    def _authorize(self, asked: dict[str, str]) -> None:
        """Send the browser back with a code."""
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe()
        Handler.granted[code] = asked
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
        self.end_headers()

    def do_POST(self) -> None:
        """A token for a code, once, for who has the secret and the verifier."""
        form = {name: values[0] for name, values in parse_qs(self._body()).items()}
        known = Handler.granted.pop(form.get("code", ""), None)
        name, _, secret = (
            b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode().partition(":")
        )
        digest = (
            urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        )
        is_client = (unquote(name), unquote(secret)) in {(CLIENT, SECRET), (CLIENT, unquote(SECRET))}
        if known is None or not is_client or digest != known["code_challenge"]:
            self._json({"error": "invalid_grant"}, 400)
            return
        self._json({"access_token": "x", "token_type": "Bearer", "id_token": self._token(known)})

    def _token(self, asked: dict[str, str]) -> str:
        """The identity token, true or with one lie."""
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "1",
            "exp": int(time.time()) + 300,
            "iat": int(time.time()),
            "nonce": asked["nonce"],
            "preferred_username": Handler.who,
        }
        claims |= {
            "audience": {"aud": "somebody else"},
            "nonce": {"nonce": "x"},
            "expired": {"exp": int(time.time()) - 3600},
            "iss": {"iss": "https://elsewhere.example"},
        }.get(Handler.lie, {})
        if Handler.lie == "claim":
            del claims["preferred_username"]
        if Handler.lie == "none":
            plain = [json.dumps({"alg": "none"}), json.dumps(claims)]
            return ".".join(urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in plain) + "."
        key = Handler.stranger if Handler.lie == "signature" else Handler.key
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)

    def _body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def _json(self, answer: dict[str, Any], status: int = 200) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
