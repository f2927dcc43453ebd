"""The web application over the sample county, and over an empty database."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo_grid.db import DbRole, engine
from geo_grid.publish import data_version
from geo_grid.settings import Settings
from web.app import create_app
from web.maps.vendor import stock_shelf


@pytest.fixture(scope="session", autouse=True)
def shelf() -> None:
    """The browser assets, which the application does not start without."""
    stock_shelf()


@pytest.fixture(scope="session")
def app(sample_database: Settings, shelf: None) -> Flask:
    """The application over the sample county."""
    return create_app(sample_database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser of its own, without a cookie."""
    return app.test_client()


@pytest.fixture
def empty(settings: Settings, shelf: None) -> FlaskClient:
    """A browser at an application without a county."""
    return create_app(settings).test_client()


@pytest.fixture(scope="session")
def version(sample_database: Settings) -> int:
    """The version of the sample county's map."""
    with engine(sample_database, DbRole.WEB).connect() as conn:
        return data_version(conn)
