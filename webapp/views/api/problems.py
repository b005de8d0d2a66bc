"""What programs get when something cannot be done: application/problem+json (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus

from flask import Response, current_app
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from marshmallow import fields, validate
from werkzeug.datastructures import Headers

from webapp.domain import errors
from webapp.domain.errors import KhatwaError
from webapp.forms.messages import sentence_for_program
from webapp.views.api.schemas import ProblemPlace, Told

KIND = "application/problem+json"
CHALLENGE = 'Bearer realm="khatwa"'

# Of an error and its parents, the nearest one counts.
STATUSES: Mapping[type[KhatwaError], HTTPStatus] = {
    errors.IdempotencyKeyNeeded: HTTPStatus.BAD_REQUEST,
    errors.WrongKey: HTTPStatus.UNAUTHORIZED,
    errors.KeyMayNot: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.MonthAlreadyDeclared: HTTPStatus.CONFLICT,
    errors.NotDeclarable: HTTPStatus.CONFLICT,
    errors.IdempotencyKeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NothingDeclared: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.WrongBody: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
}

# What no error of ours says: by the status, its code and its sentence.
OF_STATUS: Mapping[int, tuple[str, LazyString]] = {
    400: ("not_json", _l("What was sent is not JSON.")),
    404: (errors.NotFound.code, _l("There is nothing here, or it is not yours.")),
    405: ("not_allowed", _l("This address does not know that method.")),
    413: ("too_large", _l("What was sent is too large.")),
    415: ("not_json", _l("What was sent is not JSON.")),
    500: ("failed", _l("The service has failed. Please send the same request again later.")),
    503: ("unavailable", _l("The service is away for a moment. Please send it again later.")),
}
OTHERWISE = ("refused", _l("This cannot be done."))
CODES = sorted(
    {kind.code for kind in STATUSES}
    | {code for code, _sentence in (*OF_STATUS.values(), OTHERWISE)}
)


class Problem(Told):
    """Why something was not done: `code` for the program, `message` for people."""

    title = fields.String(metadata={"description": "The name of the status."})
    status = fields.Integer()
    code = fields.String(validate=validate.OneOf(CODES))
    message = fields.String(metadata={"description": "In Arabic or French, by Accept-Language."})
    errors = fields.List(
        fields.Nested(ProblemPlace),
        metadata={"description": "Of a wrong_body: every place of it, all at once."},
    )
    incident = fields.String(metadata={"description": "Of a failure: what to tell the fund."})


def status_of(kind: type[KhatwaError]) -> HTTPStatus:
    """The status of an error. Raises KeyError for one that programs never meet."""
    for parent in kind.__mro__:
        if parent in STATUSES:
            return STATUSES[parent]
    raise KeyError(kind.code)


def content_of(error: KhatwaError) -> bytes:
    """The problem document of an error of ours."""
    places = error.problems if isinstance(error, errors.WrongBody) else ()
    return document(
        status_of(type(error)),
        error.code,
        sentence_for_program(error),
        errors=[asdict(one) for one in places],  # type: ignore[call-overload]
    )


def document(status: int, code: str, message: str, **more: object) -> bytes:
    """A problem document; what is empty is left out."""
    told = {"title": HTTPStatus(status).phrase, "status": int(status), "code": code}
    told |= {"message": message} | {name: value for name, value in more.items() if value}
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def refuse(error: KhatwaError) -> Response:
    """The answer to a request that an error of ours has ended."""
    response = Response(content_of(error), status_of(type(error)), mimetype=KIND)
    if isinstance(error, errors.TooManyTries):
        response.headers["Retry-After"] = str(error.seconds)
    if isinstance(error, errors.WrongKey):
        response.headers["WWW-Authenticate"] = CHALLENGE
    return response


def refuse_by_status(status: int, headers: Headers, incident: str) -> Response:
    """The answer to what never came to a view, or has failed in one."""
    code, sentence = OF_STATUS.get(status, OTHERWISE)
    kept = {name: value for name, value in headers.items() if name in {"Allow", "Retry-After"}}
    content = document(status, code, str(sentence), incident=incident)
    return current_app.response_class(content, status, kept, mimetype=KIND)
