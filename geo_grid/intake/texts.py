"""Texts of a column checked and turned into values, with a finding for each that cannot be."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from geo_grid.checks.finding import Fact, Finding
from geo_grid.intake.layer import Layer


def check_texts(layer: Layer, said: str, texts: Sequence[str], longest: int) -> list[Finding]:
    """Findings for texts that are too long or hold characters nobody can see."""
    findings = []
    if texts and max(map(len, texts)) > longest:
        findings += [
            Finding.of(
                "text_too_long",
                layer.where(row),
                "%(field)s has %(count)d characters, at most %(most)d fit",
                "shorten it",
                facts={"field": said, "count": len(text), "most": longest},
            )
            for row, text in enumerate(texts)
            if len(text) > longest
        ]
    if not "".join(texts).isprintable():
        findings += [
            Finding.of(
                "hidden_characters",
                layer.where(row),
                "%(field)s holds invisible characters",
                "delete them",
                facts={"field": said},
            )
            for row, text in enumerate(texts)
            if any(unicodedata.category(mark) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for mark in text)
        ]
    return findings


def check_codes(layers: Sequence[tuple[Layer, Sequence[str]]], noun: str) -> list[Finding]:
    """Findings for rows without a code and for codes given twice, over all layers of a noun."""
    findings = [
        Finding.of(
            "code_missing",
            layer.where(row),
            "the %(noun)s has no code",
            "give each one a code of its own",
            facts={"noun": noun},
        )
        for layer, codes in layers
        if "" in codes
        for row, code in enumerate(codes)
        if not code
    ]
    total = sum(len(codes) for _, codes in layers)
    if len(set().union(*(codes for _, codes in layers))) == total:
        return findings
    count = Counter(code for _, codes in layers for code in codes if code)
    first: dict[str, str] = {}
    for layer, codes in layers:
        for row, code in enumerate(codes):
            if count[code] > 1 and code in first:
                says = "code %(code)s is there twice: %(other)s has it too"
                facts: dict[str, Fact] = {"code": code, "other": first[code]}
                hint = "give each one a code of its own"
                findings.append(Finding.of("code_duplicate", layer.where(row), says, hint, facts=facts))
            first.setdefault(code, layer.where(row))
    return findings


def whole_number(text: str, low: int, high: int) -> int | None:
    """The whole number in the range that the text writes, None when it writes none."""
    try:
        number = int(text)
    except ValueError:
        return None
    return number if low <= number <= high else None


@lru_cache(maxsize=4096)
def day(text: str) -> date | None:
    """The day that the text writes as 2024-05-01, 2024/5/1, 20240501 or 2024年5月1日; None when it writes none."""
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no time zone)
        except ValueError:
            continue
    return None
