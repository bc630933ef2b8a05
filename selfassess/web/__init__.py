"""The web application: `create_app()` reads the definitions, opens the database, and registers every page."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from selfassess.content.catalogue import unlocked_problem
from selfassess.content.directory import DirectoryError
from selfassess.content.reader import FaultyError
from selfassess.store import models  # noqa: F401  known to Alembic
from selfassess.store.database import db, engine_options, let_go, prepare
from selfassess.web import access, context, current, errors, pages, respond, security, undrawn, which
from selfassess.web import cli as commands
from selfassess.web.definitions import EXTENSION, Library, read_library
from selfassess.web.outermost import Outermost
from selfassess.web.quiet import hush
from selfassess.web.settings import ROOT, Settings

LARGEST_BODY = 256 * 1024
# Written apart from the questionnaire; `blueprint` and `register(app)` are used where a module has them.
ADDED = (
    "selfassess.web.report",
    "selfassess.web.abroad",
    "selfassess.web.reader",
    "selfassess.web.tasks",
    "selfassess.web.accounts",
    "selfassess.web.cli_accounts",
    "selfassess.web.cli_editions",
    "selfassess.web.review",
    "selfassess.web.legal",
    "selfassess.web.verifying",
    "selfassess.web.cli_export",
    "selfassess.web.cli_replay",
    "selfassess.web.cli_delete",
    "selfassess.web.demo",
    "selfassess.web.mails",
    "selfassess.web.preview",
    "selfassess.web.cli_simulate",
    "selfassess.web.cli_explore",
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Bad definitions are all printed, one per line, and the process ends with code 2."""
    hush()
    settings = settings or Settings.from_environment()
    app = Flask(
        "selfassess.web",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance),
    )
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.config.update(_configuration(settings))
    app.extensions[EXTENSION] = _library_or_exit(settings.questions)
    app.extensions[f"{EXTENSION}.settings"] = settings
    _open_database(app)
    current.register(app)
    app.url_map.converters["rest"] = which.RestConverter
    security.register(app)
    errors.register(app)
    app.before_request(access.guard)
    context.register(app)
    undrawn.register(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(respond.blueprint)
    app.register_blueprint(which.blueprint)
    commands.register(app)
    for name in ADDED:
        _add(app, name)
    app.wsgi_app = Outermost(app)  # type: ignore[method-assign]
    if settings.behind_https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        **security.configuration(settings.behind_https),
    }


def _library_or_exit(root: Path) -> Library:
    try:
        known = read_library(root)
        for name in known.definitions.unlocked:
            print(unlocked_problem(name), file=sys.stderr)  # noqa: T201
        return known
    except FaultyError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)  # noqa: T201  before any log is set up
    except DirectoryError as error:
        print(error, file=sys.stderr)  # noqa: T201
    raise SystemExit(2)


def _open_database(app: Flask) -> None:
    db.init_app(app)
    app.teardown_appcontext(let_go)  # before the extension's own, which lets a connection that dropped raise
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    with app.app_context():
        prepare(db.engine)


def _add(app: Flask, name: str) -> None:
    if find_spec(name) is None:
        return
    module = import_module(name)
    if hasattr(module, "blueprint"):
        app.register_blueprint(module.blueprint)
    if hasattr(module, "register"):
        module.register(app)
