"""The web application: `create_app()` reads the definitions, opens the database, and registers every page."""

from __future__ import annotations

import sys
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
from selfassess.web import errors, log_lines, security, template_globals
from selfassess.web.accounts import account, login, password_links, second_factor, visits
from selfassess.web.accounts import blueprint as accounts_pages
from selfassess.web.administration import account_pages, admin_acts, network_pages
from selfassess.web.administration import blueprint as administration_pages
from selfassess.web.commands import (
    accounts_commands,
    backup_commands,
    deletion_commands,
    demo,
    due_command,
    editions_commands,
    evaluate_command,
    explore_command,
    export_command,
    groups,
    links_command,
    questions_commands,
    replay_command,
    simulate_command,
    worker,
)
from selfassess.web.definitions import EXTENSION, Library, read_library
from selfassess.web.export import blueprint as exports
from selfassess.web.export import export_pages, territory_list
from selfassess.web.files import former_addresses, guard, opened_file
from selfassess.web.french import french
from selfassess.web.last_resort import Outermost
from selfassess.web.log_filter import hush
from selfassess.web.mail import call_alerts, mail_page, sender
from selfassess.web.network import blueprint as network_desk
from selfassess.web.network import colleagues, face, frame, imported_list, month, picture, picture_documents
from selfassess.web.public import health, legal, method, pages, preview, usage_figures, verify, well_known
from selfassess.web.report import reading_link, undrawn
from selfassess.web.respond import (
    answering_clarification,
    check,
    copy_and_compare,
    differing_answers,
    items,
    partner_page,
    questions,
    result,
    sharing,
    start_and_leave,
    submit,
    task_list,
    what_if,
)
from selfassess.web.respond import blueprint as respond_pages
from selfassess.web.review import blueprint as review_pages
from selfassess.web.review import (
    clarification,
    correction,
    decision,
    file_list,
    file_page,
    lending,
    network_reading,
    reviewed_report,
    several_files,
    whole_file,
)
from selfassess.web.running import doctor_command, register_entry, serve_command
from selfassess.web.settings import EXTENSION as SETTINGS
from selfassess.web.settings import ROOT, Settings, SettingsError

# Each adds its pages to the blueprint of its room, or its command to a group, when it is imported.
ADDED = (
    account, login, password_links, second_factor,
    account_pages, admin_acts, network_pages,
    answering_clarification, check, copy_and_compare, differing_answers, items, questions, sharing, start_and_leave,
    submit, task_list, what_if,
    colleagues, face, frame, imported_list, month, picture, picture_documents,
    export_pages, territory_list,
    clarification, correction, decision, file_list, file_page, lending, network_reading, reviewed_report,
    several_files, whole_file,
    health, method, usage_figures,
    backup_commands, deletion_commands, due_command, editions_commands, explore_command, export_command, links_command,
    questions_commands, replay_command, simulate_command,
)  # fmt: skip  # the modules of a room together
PAGES = (
    pages.blueprint,
    respond_pages,
    former_addresses.blueprint,
    result.blueprint,
    partner_page.blueprint,
    reading_link.blueprint,
    accounts_pages,
    administration_pages,
    network_desk,
    exports,
    review_pages,
    legal.blueprint,
    verify.blueprint,
    well_known.blueprint,
)
# What adds itself to an application: to its pages, or to its commands.
PARTS = (
    visits, sender, mail_page, call_alerts, preview,
    groups, evaluate_command, accounts_commands, worker, demo, serve_command, doctor_command, register_entry,
)  # fmt: skip  # the modules of a room together
LARGEST_BODY = 256 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Bad definitions or settings are all printed, one per line, and the process ends with code 2."""
    hush()
    settings = settings or settings_or_exit()
    app = Flask(
        "selfassess.web",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance),
    )
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.config.update(_configuration(settings))
    app.extensions[EXTENSION] = _library_or_exit(settings.questions)
    app.extensions[SETTINGS] = settings
    _open_database(app)
    log_lines.register(app)
    opened_file.register(app)
    app.url_map.converters["rest"] = former_addresses.RestConverter
    security.register(app)
    errors.register(app)
    app.before_request(guard.guard)
    template_globals.register(app)
    undrawn.register(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for module in PARTS:
        module.register(app)
    around = log_lines.Numbered(Outermost(app), settings.access_log)
    app.wsgi_app = around  # type: ignore[method-assign]  # where Flask has one put what goes around
    if settings.behind_https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]  # likewise
    return app


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        **security.configuration(settings.behind_https, settings.keeping.draft),
    }


def settings_or_exit() -> Settings:
    """As the environment says; faults are printed, one per line, and the process ends with code 2."""
    try:
        return Settings.from_environment()
    except SettingsError as error:
        for fault in error.faults:
            print(french(fault), file=sys.stderr)  # noqa: T201  before any log is set up
    raise SystemExit(2)


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
