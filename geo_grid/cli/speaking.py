"""In which language the command line speaks of findings: Chinese where the shell is Chinese, else English."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from geo_grid.checks.finding import Finding
    from geo_grid.intake import ImportReport
    from geo_grid.intake.clean.estimate import Estimate
    from geo_grid.intake.retire import Gone

#: Named as strings, as `serve` names the web: the catalogs of words lie there, and nothing below `web` imports it.
CATALOGS, WORDS = "web.language", "web.finding_words"


def is_chinese_shell() -> bool:
    """Whether the shell asks for Chinese, by the first of LC_ALL, LC_MESSAGES and LANG that says anything."""
    said = next((word for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (word := os.environ.get(name))), "")
    return said.lower().startswith("zh")


def in_chinese(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings as plain values with everything that people read in Chinese."""
    plain = [finding.to_json() for finding in findings]
    return list(import_module(WORDS).in_language(plain, import_module(CATALOGS).chinese()))


def findings_lines(findings: Sequence[Finding]) -> list[str]:
    """The findings as lines in the shell's language, many of one rule cut short."""
    from geo_grid.intake import findings_text

    if not is_chinese_shell():
        return findings_text(findings)
    return findings_text(findings, told=[_line(one) for one in in_chinese(findings)])


def outcome_text(outcome: ImportReport, *, dry_run: bool) -> str:
    """What an import did or would do, as lines in the shell's language."""
    from geo_grid.intake.report import SAID

    translate = shell_language()
    text = outcome.to_text(findings_lines(outcome.findings), translate)
    return f"{text}\n{translate(SAID['dry_run'])}" if dry_run else text


def missing_lines(gone: Mapping[str, Gone]) -> list[str]:
    """What is missing in files that were refused, as lines in the shell's language."""
    from geo_grid.intake.report import missing_text

    translate = shell_language()
    return [line for noun, one in gone.items() for line in missing_text(noun, one, translate)]


def shell_language() -> Callable[[str], str]:
    """What gives a sentence in the shell's language."""
    if not is_chinese_shell():
        return str
    return cast("Callable[[str], str]", import_module(CATALOGS).chinese())


def refusal(findings: Sequence[Finding]) -> str:
    """Why nothing was imported, in Chinese."""
    plain = [finding.to_json() for finding in findings]
    return str(import_module(WORDS).nothing_imported(plain, import_module(CATALOGS).chinese()))


def _line(one: Mapping[str, Any]) -> str:
    """A finding as one line of text."""
    severity = {"error": "错误", "warning": "提醒"}[one["severity"]]
    return f"{severity}：{one['where']}：{one['message']}" + (f"（{one['hint']}）" if one["hint"] else "")


def estimate_text(nearly: Estimate | None) -> str:
    """An estimate as lines in the shell's language, said to be one."""
    chinese = is_chinese_shell()
    if nearly is None:
        told = "nothing to estimate: the grids nest, or their findings come first (run without --quick)"
        return "没有可估算的：网格已相互吻合，或须先看问题（去掉 --quick 再运行）" if chinese else told
    head = (
        f"估算（不是正式结果）：{nearly.grids} 个网格，{nearly.moved_m2:.0f} m² 改归，{nearly.households_moved} 户改属"
        if chinese
        else f"estimate, not the record: {nearly.grids} grids, {nearly.moved_m2:.0f} m² change hands, "
        f"{nearly.households_moved} households move"
    )
    word = "户" if chinese else "households"
    return "\n".join(
        [head]
        + [
            f"  {one.code}: {one.area_before_m2:.0f} → {one.area_after_m2:.0f} m², "
            f"{one.households_before} → {one.households_after} {word}"
            for one in nearly.changes
        ]
    )
