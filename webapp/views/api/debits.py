"""The debits of an employer, for programs."""

from __future__ import annotations

import re
from dataclasses import asdict
from http import HTTPStatus

from flask import request

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NotFound
from webapp.domain.words import word_for
from webapp.services.debit_history import find_debit, list_debits
from webapp.services.debit_life import DebitRow
from webapp.views import desk
from webapp.views.api.answers import answers
from webapp.views.api.blueprint import api
from webapp.views.api.schemas import Debits, DebitWhole

REFERENCE = re.compile("[A-Z0-9.-]{1,24}", re.ASCII)
BEFORE = {
    "name": "before",
    "in": "query",
    "schema": {"type": "string"},
    "description": "The `next` of the answer before: older debits than that.",
}
OF_PATH = {"name": "reference", "in": "path", "required": True, "schema": {"type": "string"}}


@api.get("/debits")
@open_to(Audience.PROGRAM_READS)
@answers(HTTPStatus.OK, Debits, NotFound, parameters=[BEFORE])
def debits() -> object:
    """The debits, the latest first, some at a time."""
    before = request.args.get("before")
    seen = None if before is None else _reference(before)
    rows, more = list_debits(desk.session(), desk.program().employer_id, seen)
    return {"debits": [_told(row) for row in rows], "next": rows[-1].reference if more else None}


@api.get("/debits/<reference>")
@open_to(Audience.PROGRAM_READS)
@answers(HTTPStatus.OK, DebitWhole, NotFound, parameters=[OF_PATH])
def debit(reference: str) -> object:
    """One debit with everything that it collects."""
    page = find_debit(desk.session(), desk.program().employer_id, _reference(reference))
    return _told(page.debit) | {"shares": page.shares}


def _reference(text: str) -> str:
    """What can be a reference; anything else leads nowhere."""
    if not REFERENCE.fullmatch(text):
        raise NotFound(kind="debit", reference=text)
    return text


def _told(row: DebitRow) -> dict[str, object]:
    word, qualifier = word_for(row.status)
    codes = [period.code for period in row.periods]
    return asdict(row) | {"word": word, "qualifier": qualifier, "periods": codes}
