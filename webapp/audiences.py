"""Who may open a page. Deny by default: a route that declares no audience is served to nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue

View = TypeVar("View", bound=Callable[..., Any])
# What stands before the pages of an audience: lets through with None, or answers in their place.
Gate = Callable[[], ResponseReturnValue | None]


class Audience(StrEnum):
    PUBLIC = "public"
    EMPLOYER = "employer"  # or a person who acts for one
    SIGNATORY = "signatory"  # the same, with the right to sign for the employer
    OWNER = "owner"  # the employer itself, and nobody who acts for it
    PERSON = "person"  # who acts for employers, before choosing one
    STAFF = "staff"  # everybody who works for the fund
    DESK = "desk"  # agents and supervisors, for the employers of their agency
    SUPERVISION = "supervision"  # supervisors, for the employers of their agency
    OFFICE = "office"  # collectors
    MONEY = "money"  # supervisors and collectors: payments, waivers, refunds
    AUDIT = "audit"  # auditors and administrators
    ADMINISTRATION = "administration"  # administrators
    CALENDAR = "calendar"  # collectors and administrators: closed days and codes of banks
    DEVICE = "device"  # a device of the fund that is open for the day, whoever stands before it
    TABLET = "tablet"  # the same, in the hands of its agent
    AT_DEVICE = "at_device"  # the same, in the hands of the employer of an open case
    GATEWAY = "gateway"  # the gateway of SMS, a program
    PROGRAM_READS = "program_reads"  # accounting software with a key of its employer
    PROGRAM_FILES = "program_files"  # the same, where the key may file
    DEVELOPMENT = "development"


# Routes that Flask makes by itself.
AUDIENCES_OF_FLASK = {"static": Audience.PUBLIC}


def open_to(audience: Audience) -> Callable[[View], View]:
    """Declare above a view who may open it."""

    def declare(view: View) -> View:
        view.audience = audience  # type: ignore[attr-defined]
        return view

    return declare


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    declared: Audience | None = getattr(app.view_functions[endpoint], "audience", None)
    return AUDIENCES_OF_FLASK.get(endpoint, declared)


def init_audiences(app: Flask, gates: Mapping[Audience, Gate]) -> None:
    """Every page but the public ones has a gate; an audience without one is served to nobody."""

    def stop_at_gate() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        audience = audience_of(current_app, request.endpoint)
        if audience is Audience.PUBLIC:
            return None
        if audience is None or audience not in gates:
            # A page that is open to nobody looks like one that does not exist.
            current_app.logger.error("no audience declared for %s", request.endpoint)
            abort(404)
        return gates[audience]()

    app.before_request(stop_at_gate)
