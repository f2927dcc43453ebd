"""What a browser is told about trust: the content security policy with its nonce, and the headers beside it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from flask import Flask, Response, g

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)",
}


def nonce() -> str:
    """The nonce of this answer's scripts: one per request, never guessed."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def policy(script_nonce: str, picture_origins: Iterable[str] = ()) -> str:
    """The content security policy of one answer."""
    pictures = " ".join(("'self'", "data:", *picture_origins))
    return "; ".join(
        (
            "default-src 'none'",
            "object-src 'none'",
            f"script-src 'nonce-{script_nonce}' 'strict-dynamic'",
            "style-src 'self'",
            f"img-src {pictures}",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def guard(app: Flask, picture_origins: tuple[str, ...], *, https: bool = False) -> None:
    """Put the policy and its companions on every answer of `app`."""
    app.jinja_env.globals["nonce"] = nonce

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers["Content-Security-Policy"] = policy(nonce(), picture_origins)
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        response.headers.setdefault("Cache-Control", "no-store")
        return response
