"""The one Settings object, read from the environment by the program and the command line alike."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from geo_grid.errors import BadInput

PREFIX = "GEO_GRID_"


def _default_home() -> Path:
    """The folder for local state: `.geo_grid` in a source checkout, else the user's (or root's) data folder."""
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").is_file():
        return checkout / ".geo_grid"
    if os.geteuid() == 0:
        return Path("/var/lib/geo_grid")
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "geo_grid"


class Settings(BaseModel):
    """What an operator may choose; every field is an environment variable with the prefix `GEO_GRID_`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database_url: str | None = Field(
        None, description="An existing PostGIS (≥ 3.3) to use instead of the local cluster."
    )
    home: Path = Field(default_factory=_default_home, description="Where the local cluster, uploads and keys live.")
    host: str = Field("127.0.0.1", description="The address the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="The port the web server listens on.")
    secret_key: str | None = Field(None, description="Signs sessions; absent: made once and kept in HOME.")
    phone_key: str | None = Field(
        None,
        pattern="^[0-9a-fA-F]{64}$",
        description="Seals people's phones, 64 hexadecimal digits; absent: made once and kept in HOME.",
    )
    backup_folder: Path | None = Field(
        None, description="Where `geo-grid serve` puts a backup every day; absent: it makes none."
    )
    backups_kept: int = Field(14, ge=1, description="How many of those backups stay.")
    keep_sign_ins_days: int = Field(
        365, ge=180, description="After how many days attempts to sign in are removed; the law asks for 180."
    )
    keep_jobs_days: int = Field(90, ge=1, description="After how many days jobs that ended are removed.")
    keep_photos_days: int = Field(
        1095, ge=30, description="After how many days photos of inspections go of which nothing is open."
    )
    keep_departed_days: int = Field(
        1095, ge=1, description="After how many days names and phones of workers who left are forgotten."
    )
    metrics_token: str | None = Field(
        None, min_length=16, description="What a program sends as `Authorization: Bearer …` to read /metrics."
    )
    https: bool = Field(False, description="Whether browsers come by https: cookies then travel by https alone.")
    proxies: int = Field(0, ge=0, le=5, description="How many proxies stand before the server and name the visitor.")
    oidc_issuer: str | None = Field(
        None, description="The address of an OpenID Connect provider through which one may sign in; absent: none."
    )
    oidc_client_id: str | None = Field(None, description="What this installation is called there; needed with it.")
    oidc_client_secret: str | None = Field(None, description="Its secret there; needed with it.")
    oidc_claim: str = Field("preferred_username", description="The claim that holds the username of an account here.")
    oidc_name: str = Field("OpenID", max_length=40, description="What the button to sign in there says.")
    srid: int = Field(4546, ge=1024, description="EPSG code of the county's projected CRS, in metres.")
    basemap: str = Field("none", description="none, an https XYZ template with {z}/{x}/{y}, or tianditu.")
    tianditu_key: str | None = Field(None, description="The key of the Tianditu service, needed when BASEMAP=tianditu.")
    locale: Literal["zh_CN", "en"] = Field("zh_CN", description="The language shown to who has not chosen one.")

    @field_validator("basemap")
    @classmethod
    def _known_basemap(cls, value: str) -> str:
        if value in {"none", "tianditu"}:
            return value
        if value.startswith(("https://", "http://")) and all(part in value for part in ("{z}", "{x}", "{y}")):
            return value
        raise ValueError("must be none, tianditu or an http(s) template that holds {z}, {x} and {y}")

    @model_validator(mode="after")
    def _whole_provider(self) -> Settings:
        if self.oidc_issuer is None:
            return self
        if not self.oidc_client_id or not self.oidc_client_secret:
            raise ValueError("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET")
        place = urlsplit(self.oidc_issuer)
        if place.scheme != "https" and place.hostname not in {"localhost", "127.0.0.1"}:
            raise ValueError("OIDC_ISSUER must be an https address")
        return self


class BadSetting(BadInput):
    """An environment variable with our prefix is unknown or holds an unusable value."""


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that `environ` (default: the process's) spells out; an unknown or wrong one raises `BadSetting`."""
    environ = os.environ if environ is None else environ
    given = {key.removeprefix(PREFIX).lower(): value for key, value in environ.items() if key.startswith(PREFIX)}
    unknown = sorted(set(given) - set(Settings.model_fields))
    if unknown:
        known = ", ".join(PREFIX + name.upper() for name in Settings.model_fields)
        raise BadSetting(f"unknown setting {PREFIX}{unknown[0].upper()}: the settings are {known}")
    try:
        return Settings.model_validate({key: value for key, value in given.items() if value != ""})
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = PREFIX + str(first["loc"][0] if first["loc"] else "OIDC_ISSUER").upper()
        raise BadSetting(f"{name} cannot be used: {first['msg']}") from wrong


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return read_settings()
