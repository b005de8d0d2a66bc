"""A declaration that a program files, and one as it stands."""

from __future__ import annotations

import hashlib
import json
import re
from http import HTTPStatus

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from webapp.audiences import Audience, open_to
from webapp.domain.errors import (
    IdempotencyKeyNeeded,
    IdempotencyKeyReused,
    InvalidPeriod,
    MonthAlreadyDeclared,
    NotDeclarable,
    NotFound,
    NothingDeclared,
    WrongBody,
)
from webapp.domain.period import Period
from webapp.services.api_requests import Answer, Claim, answer_once
from webapp.services.declaration_standing import Standing, find_standing
from webapp.services.program_filing import file_for
from webapp.views import desk
from webapp.views.api.answers import PERIOD, answers
from webapp.views.api.blueprint import api
from webapp.views.api.problems import KIND, content_of, status_of
from webapp.views.api.reading import ToFile, read_declaration
from webapp.views.api.schemas import DeclarationToFile, DeclarationTold

IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": f"^{IDEMPOTENCY_KEY.pattern}$"},
    "description": "Sent again with the same body within 7 days, it gets the same answer.",
}
BODY = {"required": True, "content": {"application/json": {"schema": DeclarationToFile}}}
UNREADABLE = (
    HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)  # fmt: skip


@api.post("/declarations")
@open_to(Audience.PROGRAM_FILES)
@answers(
    HTTPStatus.CREATED, DeclarationTold, IdempotencyKeyNeeded, IdempotencyKeyReused, WrongBody,
    NothingDeclared, NotDeclarable, MonthAlreadyDeclared,
    statuses=UNREADABLE, parameters=[HEADER], requestBody=BODY,
)  # fmt: skip
def file_declaration() -> ResponseReturnValue:
    """File a declaration.

    It is filed whole or not at all. Every line that cannot be taken is told at once.
    """
    key, sent = _idempotency_key(), _sent()
    digest = hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()
    declaration = read_declaration(sent)
    answer = answer_once(
        desk.session(),
        desk.working_day(),
        Claim(desk.program().key_id, key, digest),
        lambda: _file(declaration),
        lambda error: Answer(status_of(type(error)), content_of(error)),
    )
    return _response(answer, declaration)


@api.get("/declarations/<code>")
@open_to(Audience.PROGRAM_READS)
@answers(HTTPStatus.OK, DeclarationTold, NotFound, parameters=[PERIOD])
def declaration(code: str) -> Standing:
    """A declaration as it stands: its lines, and where each amount is."""
    try:
        Period.parse(code)
    except InvalidPeriod as error:
        raise NotFound(kind="declaration", reference=code) from error
    return find_standing(desk.session(), desk.working_day(), desk.program().employer_id, code)


def _file(sent: ToFile) -> Answer:
    """File it and write the answer, in the transaction of the request."""
    if sent.problems:
        raise WrongBody(problems=tuple(sent.problems))
    session, day, program = desk.session(), desk.working_day(), desk.program()
    period = file_for(session, day, program, sent.period, sent.lines, nil=sent.nil)
    standing = find_standing(session, day, program.employer_id, period.code)
    told = json.dumps(DeclarationTold().dump(standing), ensure_ascii=False)
    return Answer(HTTPStatus.CREATED, told.encode())


def _response(answer: Answer, sent: ToFile) -> Response:
    filed = answer.status == HTTPStatus.CREATED
    response = Response(
        answer.content, answer.status, mimetype="application/json" if filed else KIND
    )
    if filed:
        response.headers["Location"] = f"{request.path}/{sent.period}"
    if answer.again:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _idempotency_key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise IdempotencyKeyNeeded()
    return key


def _sent() -> object:
    try:
        return request.get_json()
    except RecursionError as error:  # nested deeper than anything that could be meant
        raise BadRequest from error
