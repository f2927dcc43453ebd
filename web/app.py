"""create_app: the web application from its settings."""

from __future__ import annotations

import os
import sys

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from geo_grid.jobs import die_with_parent
from geo_grid.publish import TileCache, tiles_of
from geo_grid.settings import Settings
from geo_grid.settings import settings as process_settings
from web import formats
from web.access import guard_addresses
from web.answers import Answers
from web.api import api
from web.bodies import limit_bodies
from web.compress import compress
from web.coverage import Coverages
from web.database import use_database
from web.errors import tell_errors
from web.forms import guard_forms
from web.found import Finds
from web.language import speak
from web.maps.basemap import basemap
from web.metrics import measure
from web.navigation import show_navigation
from web.ogc import ogc
from web.overview import Overviews, show_county
from web.own import show_own
from web.panels import Panels
from web.present import remember_changes
from web.provider import Provider
from web.rounds import Grounds
from web.security import guard
from web.session import know_actors
from web.shelf import Shelf, static_files
from web.soundness import Verdicts
from web.staffed import Peoples
from web.summaries import Summaries
from web.views import VIEWS
from web.views.languages import remember_choice
from web.views.provided import EXTENSION as PROVIDER
from web.workload import Workloads

#: How long a thread may keep the interpreter from others that wait for it (Python's own: 5 ms). A quick answer takes it
#: some ten times, and would wait as often for a page that is being written.
SWITCH_SECONDS = 0.001


def create_served_app() -> Flask:
    """The application in one of the server's processes, which ends with the server, however that ends.

    A process that outlived a killed server would keep its port, and answer beside the next one.
    """
    die_with_parent()
    sys.setswitchinterval(SWITCH_SECONDS)
    return create_app(server=os.getppid())


def create_app(settings: Settings | None = None, *, server: int = 0) -> Flask:
    """The application; it starts without a database and answers 503 until there is one.

    `server` is the process whose other processes it shares tiles with.
    """
    settings = settings or process_settings()
    app = Flask("web", static_folder=None)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.json = Answers(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    under = basemap(settings)
    app.extensions["basemap"] = under
    app.extensions["tiles"] = TileCache(log=remember_changes(app), shared=tiles_of(settings.home, server))
    app.extensions["overviews"] = Overviews()
    app.extensions["verdicts"] = Verdicts()
    app.extensions["coverages"] = Coverages()
    app.extensions["workloads"] = Workloads()
    app.extensions["peoples"] = Peoples()
    app.extensions["summaries"] = Summaries()
    app.extensions["panels"] = Panels()
    app.extensions["finds"] = Finds()
    app.extensions["grounds"] = Grounds()
    shelf = Shelf()
    use_database(app, settings)
    if settings.oidc_issuer:
        app.extensions[PROVIDER] = Provider(settings)
    measure(app)
    limit_bodies(app)
    guard_forms(app, settings)
    speak(app, settings.locale)
    formats.install(app)
    know_actors(app)
    show_navigation(app)
    show_county(app)
    show_own(app)
    compress(app)
    guard(app, under.origins if under else (), https=settings.https)
    tell_errors(app)
    app.before_request(remember_choice)
    guard_addresses(app)
    app.register_blueprint(static_files(shelf))
    for blueprint in VIEWS:
        app.register_blueprint(blueprint)
    app.register_blueprint(api)
    app.register_blueprint(ogc)
    return app
