"""Writes docs/reference from the code: settings, commands, addresses, rules and vocabulary."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import typer

from geo_grid import checks, errors, redraw, vocabulary
from geo_grid.cli.app import app
from geo_grid.settings import PREFIX, Settings
from web.access import needed
from web.api.description import description
from web.app import create_app

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
WRITTEN = "<!-- Written by `make reference`: change the code, not this page. -->"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def settings_page() -> str:
    """Every setting with its default."""
    defaults = {"home": "`.geo_grid` in a checkout; else `/var/lib/geo_grid` (root) or `~/.local/share/geo_grid`"}
    rows = []
    for name, field in Settings.model_fields.items():
        default = "–" if field.default is None else f"`{field.default}`"
        rows.append([f"`{PREFIX}{name.upper()}`", defaults.get(name, default), field.description or ""])
    return page(
        "Settings",
        "Environment variables, read once at the start. An empty one counts as absent; "
        f"an unknown one that begins with `{PREFIX}` is an error.",
        table(["variable", "default", "meaning"], rows),
    )


def commands_page() -> str:
    """Every command with its arguments and options, and the exit codes."""
    blocks = [block for name, command in walk(typer.main.get_command(app)) for block in command_block(name, command)]
    exits = table(["code", "kind", "meaning"], exit_rows())
    return page(
        "Commands",
        "`geo-grid` lies in `.venv/bin`. Figures go to standard output, as one JSON object with `--json`; "
        "what went wrong goes to standard error in one sentence.",
        *blocks,
        "## Exit codes",
        exits,
    )


def walk(command: Any, name: str = "geo-grid") -> Iterator[tuple[str, Any]]:
    """A command group's commands, under their full names."""
    members = getattr(command, "commands", None)
    if members is None:
        if not command.hidden:
            yield name, command
        return
    for word in sorted(members):
        yield from walk(members[word], f"{name} {word}")


def command_block(name: str, command: Any) -> Iterator[str]:
    """The section of one command."""
    given = [parameter for parameter in command.params if parameter.name != "help"]
    arguments = [argument_word(one) for one in given if one.param_type_name == "argument"]
    yield f"## `{' '.join([name, *arguments])}`"
    yield (command.help or "").strip()
    rows = [parameter_row(parameter) for parameter in given]
    if rows:
        yield table(["option", "default", "meaning"], rows)


def argument_word(argument: Any) -> str:
    """An argument as the usage line shows it."""
    word = (argument.metavar or argument.name or "").upper()
    return f"{word}…" if argument.nargs == -1 and not word.endswith(("…", "...")) else word


def parameter_row(parameter: Any) -> list[str]:
    """The row of one option or argument."""
    is_argument = parameter.param_type_name == "argument"
    names = argument_word(parameter) if is_argument else ", ".join([*parameter.opts, *parameter.secondary_opts])
    default = parameter.default
    is_silent = default is None or default is False or callable(default) or default in ((), [])
    return [f"`{names}`", "–" if is_silent else f"`{default}`", parameter.help or ""]


def exit_rows() -> Iterator[list[str]]:
    """Every kind of error with its exit code."""
    yield ["0", "–", "Done."]
    below = [kind for kind in errors.GeoGridError.__subclasses__() if kind.__module__ == errors.__name__]
    kinds: list[type[errors.GeoGridError]] = [errors.GeoGridError, *below]
    for kind in sorted(kinds, key=lambda kind: kind.exit_code):
        meaning = "A fault of the program itself." if kind is errors.GeoGridError else first_line(kind)
        yield [str(kind.exit_code), f"`{kind.__name__}`", meaning]
    yield ["130", "–", "Stopped by Ctrl-C."]


def routes_page() -> str:
    """Every address of the web application."""
    web = create_app(Settings.model_validate({}))
    rows = []
    for rule in sorted(web.url_map.iter_rules(), key=lambda rule: rule.rule):
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        rows.append([f"`{rule.rule}`", methods, first_line(web.view_functions[rule.endpoint])])
    return page("Addresses", "What the web server answers.", table(["address", "method", "answer"], rows))


def rules_page() -> str:
    """Every invariant and every coverage rule that a county begins with."""
    invariants = [[f"`{name}`", first_line(check)] for name, check in sorted(checks.INVARIANTS.items())]
    rules = [
        [f"`{rule.code}`", rule.zh, rule.en, asked(rule), "on" if rule.is_on else "off"] for rule in checks.PRESETS
    ]
    return page(
        "Rules",
        "What `geo-grid check` looks at.",
        "## Invariants",
        "A breach means that the data are corrupt: `geo-grid check` ends with exit code 4.",
        table(["rule", "meaning"], invariants),
        "## Coverage rules",
        "A finding is work to be done, and no error. A county begins with these; each has a switch and limits.",
        table(["rule", "中文", "English", "asks that", "at first"], rules),
    )


def asked(rule: checks.CoverageRule) -> str:
    """What a coverage rule asks for, with its limits."""
    words = [rule.kind.meaning]
    words += [f"tier {rule.tier.code}"] if rule.tier else []
    words += [f"roles {', '.join(role.code for role in rule.roles)}"] if rule.roles else []
    words += [f"levels {', '.join(level.code for level in rule.levels)}"] if rule.levels else []
    words += [f"within {rule.distance_m:g} m"] if rule.distance_m else []
    words += [f"overloaded above {rule.most_households} households"] if rule.most_households else []
    return "; ".join(words)


def vocabulary_page() -> str:
    """Every term in both languages."""
    terms = [[term.zh, term.en, term.meaning] for term in vocabulary.TERMS.values()]
    lists = vocabulary.Named.__subclasses__()
    blocks = ["## Terms", table(["中文", "English", "meaning"], terms)]
    for kind in lists:
        rows = [[f"`{member.code}`", member.zh, member.en, member.meaning] for member in kind]
        blocks += [f"## {kind.__name__}", first_line(kind), table(["code", "中文", "English", "meaning"], rows)]
    return page("Vocabulary", "The words of the product: pages, exports and commands use these and no others.", *blocks)


def redraw_api_page() -> str:
    """Every address of the API of redraws, and every move with its keys."""
    web = create_app(Settings.model_validate({}))
    rules = [rule for rule in web.url_map.iter_rules() if rule.rule.startswith("/api/redraws")]
    rows = []
    for rule in sorted(rules, key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        view = web.view_functions[rule.endpoint]
        rows.append([f"`{methods} {rule.rule}`", action_word(view), " ".join((view.__doc__ or "").split())])
    moves = []
    for kind, move in redraw.MOVES.items():
        keys = [one.name + ("" if one.default is MISSING else "?") for one in fields(move)]
        moves.append([f"`{kind}`", ", ".join(f"`{key}`" for key in keys), first_line(move)])
    return page(
        "The API of redraws",
        "JSON in and out, in the session of a signed-in account; what writes carries the header `X-CSRFToken` with the "
        "token of a page. Lines and areas are lists of `[longitude, latitude]` with nine decimals. A refused move "
        "answers 422 with `refusal`: its kind, its sentence, the grids, the place and the figures; "
        "a conflict answers 409.",
        "## Addresses",
        table(["address", "asks for", "answer"], rows),
        "## Moves",
        "A move is an object with its `kind`; keys with a question mark may be left out.",
        table(["kind", "keys", "meaning"], moves),
        "## Stages",
        table(
            ["stage", "may become"],
            [[f"`{at.code}`", ", ".join(f"`{to.code}`" for to in stages_after(at)) or "–"] for at in redraw.Stage],
        ),
    )


def api_page() -> str:
    """Every address under /api with what it takes and answers, from its own description."""
    web = create_app(Settings.model_validate({}))
    with web.app_context():
        told = description(web)
    blocks = []
    for path, methods in told["paths"].items():
        for method, one in methods.items():
            blocks += api_block(f"{method.upper()} {path}", one)
    return page(
        "The API",
        "JSON for programs, described in OpenAPI 3.1 at `/api/openapi.json`. How to sign in, and examples: "
        "[use the API](../how-to/use-the-api.md); the moves of redraws: [the API of redraws](redraw-api.md).",
        *blocks,
    )


def api_block(name: str, one: dict[str, Any]) -> Iterator[str]:
    """The section of one address."""
    yield f"## `{name}`"
    statuses = ", ".join(f"`{status}`" for status in one["responses"])
    yield f"{one['summary']} {one.get('description', '')}".strip()
    yield f"Asks for `{one['x-action']}`; answers {statuses}."
    given = [
        [f"`{part['name']}`", part["in"], schema_word(part["schema"]), part.get("description", "")]
        for part in one["parameters"]
        if part["in"] == "query"
    ]
    for kind in one.get("requestBody", {}).get("content", {}).values():
        for key, schema in kind["schema"]["properties"].items():
            given.append([f"`{key}`", "body", schema_word(schema), schema.get("description", "")])
    if given:
        yield table(["given", "in", "as", "meaning"], given)


def schema_word(schema: dict[str, Any]) -> str:
    """A schema in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    return str(schema.get("format") or schema.get("type", ""))


def action_word(view: object) -> str:
    """The right that an address asks for."""
    action = needed(view)
    return f"`{action.code}`" if action else ""


def stages_after(stage: redraw.Stage) -> list[redraw.Stage]:
    """The stages that may follow one, in their order."""
    return [one for one in redraw.Stage if one in redraw.NEXT[stage]]


def first_line(documented: object) -> str:
    """The first line of a docstring."""
    return (documented.__doc__ or "").strip().split("\n", 1)[0]


def page(title: str, opening: str, *blocks: str) -> str:
    """A whole page."""
    return "\n\n".join(block.strip() for block in (f"# {title}", WRITTEN, opening, *blocks) if block.strip()) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "commands.md": commands_page,
    "routes.md": routes_page,
    "rules.md": rules_page,
    "vocabulary.md": vocabulary_page,
    "redraw-api.md": redraw_api_page,
    "api.md": api_page,
}


def main() -> None:
    """Writes every page and names those that changed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, write in PAGES.items():
        path, text = FOLDER / name, write()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"docs/reference/{name}\n")


if __name__ == "__main__":
    main()
