"""Packages whose parts are loaded when somebody first asks for one of their names."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def lazily(package: str, parts: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """A `__getattr__` for a package (PEP 562) that takes each name from the module that `parts` lists it under.

    No name may be that of a module of the package: who imports that module would find it in the name's place.
    """
    homes = {name: module for module, names in parts.items() for name in names}

    def attribute(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return attribute
