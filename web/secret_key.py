"""The key that signs sessions and form tokens: the setting's, else one made once and kept in HOME."""

from __future__ import annotations

from geo_grid.keys import kept_key
from geo_grid.settings import Settings

FILE = "secret_key"


def secret_key(settings: Settings) -> str:
    """The key, the same for every process with the same settings. Raises `Unavailable` when it cannot be kept."""
    return settings.secret_key or kept_key(settings.home / FILE, "sessions", "GEO_GRID_SECRET_KEY")
