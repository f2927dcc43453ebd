"""Who asks: the actor of the present request."""

from __future__ import annotations

from geo_grid.access import Actor


def actor() -> Actor:
    """The actor of this request; there are no accounts yet, so everybody is the same one."""
    return Actor.system("web")
