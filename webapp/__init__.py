"""Khatwa: create_app() is the only place where the parts meet."""

from __future__ import annotations

from flask import Flask

from webapp import models  # noqa: F401  (the tables, for migrations and queries)
from webapp.audiences import Audience, Gate, init_audiences
from webapp.commands import init_commands
from webapp.config import PROJECT, Config
from webapp.database import check_engine, configure_engine
from webapp.error_pages import init_error_pages
from webapp.extensions import compress, csrf, db, login_manager, migrate
from webapp.headers import init_headers
from webapp.languages import init_languages
from webapp.static_files import init_compression, init_static_files
from webapp.views.api import api, filing_gate, init_interface, reading_gate, refuse_program
from webapp.views.development import development
from webapp.views.device import device
from webapp.views.device.blueprint import at_device_gate, device_gate, tablet_gate
from webapp.views.employer import employer
from webapp.views.gateway import gateway, gateway_gate
from webapp.views.person import person
from webapp.views.public import calendars, entrance, public
from webapp.views.sign_in import sign_in
from webapp.views.staff import staff
from webapp.views.staff.visitor import staff_gates
from webapp.views.visitor import employer_gate, owner_gate, person_gate, signatory_gate


def create_app(config: Config | None = None) -> Flask:
    """The service with the settings of `config`, by default those of the environment."""
    config = config or Config.from_environment()
    config.prepare_home()

    app = Flask(
        __name__,
        template_folder=str(PROJECT / "templates"),
        static_folder=str(PROJECT / "static"),
        instance_path=str(config.home),
    )
    app.config.update(config.for_flask())

    db.init_app(app)
    with app.app_context():
        check_engine(configure_engine(db.engine))
    migrate.init_app(app, db)

    csrf.init_app(app)
    # Pages get the values they show; none reads the signed-in person by itself.
    login_manager.init_app(app, add_context_processor=False)
    # A phone changes its address on the way; the session is a row that can be ended.
    login_manager.session_protection = None

    init_headers(app)
    init_languages(app)
    init_static_files(app)
    init_compression(app, compress, public)
    init_audiences(app, gates(config))
    init_error_pages(app, refuse_program)

    app.register_blueprint(entrance)
    app.register_blueprint(public)
    app.register_blueprint(calendars)
    app.register_blueprint(sign_in)
    app.register_blueprint(employer)
    app.register_blueprint(person)
    app.register_blueprint(staff)
    app.register_blueprint(device)
    app.register_blueprint(development)
    app.register_blueprint(gateway)
    init_interface(app)
    csrf.exempt(gateway)  # a program brings its password, and no form of ours
    csrf.exempt(api)
    init_commands(app)
    return app


def gates(config: Config) -> dict[Audience, Gate]:
    """What stands before the pages of each audience; in production nothing is for development."""
    before: dict[Audience, Gate] = {
        Audience.EMPLOYER: employer_gate,
        Audience.SIGNATORY: signatory_gate,
        Audience.OWNER: owner_gate,
        Audience.PERSON: person_gate,
        Audience.DEVICE: device_gate,
        Audience.TABLET: tablet_gate,
        Audience.AT_DEVICE: at_device_gate,
        Audience.GATEWAY: gateway_gate,
        Audience.PROGRAM_READS: reading_gate,
        Audience.PROGRAM_FILES: filing_gate,
        **staff_gates(),
    }
    if not config.in_production:
        before[Audience.DEVELOPMENT] = lambda: None
    return before
