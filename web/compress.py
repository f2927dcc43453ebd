"""Answers in gzip for who takes it."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

TYPES = frozenset({"text/html", "text/css", "text/javascript", "application/json", "image/svg+xml", "text/plain"})
LEAST_BYTES = 600
LEVEL = 6


def compress(app: Flask) -> None:
    """Let `app` send text in gzip when the reader accepts it."""

    @app.after_request
    def pack(response: Response) -> Response:
        if response.mimetype not in TYPES:
            return response
        response.vary.add("Accept-Encoding")
        if _worth_packing(response):
            response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
            response.content_encoding = "gzip"
        return response


def takes_gzip() -> bool:
    """Whether the reader of this answer accepts gzip."""
    return request.accept_encodings.quality("gzip") > 0


def _worth_packing(response: Response) -> bool:
    return (
        takes_gzip()
        and response.status_code != 304
        and not response.content_encoding
        and not response.direct_passthrough
        and (response.content_length or 0) >= LEAST_BYTES
    )
