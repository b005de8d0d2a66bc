"""What a view of the interface answers, and every refusal of it, said once for view and reader."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from marshmallow import Schema

from webapp.domain.errors import KeyMayNot, KhatwaError, TooManyTries, WrongKey
from webapp.views.api.blueprint import api
from webapp.views.api.problems import KIND, OF_STATUS, Problem, status_of

View = TypeVar("View", bound=Callable[..., Any])

# What every request with a key may meet.
OF_ALL = (WrongKey, KeyMayNot, TooManyTries)
FAULTS = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
PERIOD = {
    "name": "code",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "A period, like 2026-10 or 2026-Q4.",
}


def answers(
    status: HTTPStatus,
    schema: type[Schema],
    *refusals: type[KhatwaError],
    statuses: tuple[HTTPStatus, ...] = (),
    **described: object,
) -> Callable[[View], View]:
    """Declare what a view answers, which errors of ours it may raise, and what else may happen.

    `described` goes into the description as it is, such as parameters.
    """

    def declare(view: View) -> View:
        told = api.response(status, schema)(view)
        for refused, why in _reasons((*OF_ALL, *refusals), (*FAULTS, *statuses)).items():
            told = api.alt_response(
                refused, schema=Problem, content_type=KIND, description="\n".join(why)
            )(told)
        declared: View = api.doc(security=[{"key": []}], **described)(told)
        return declared

    return declare


def _reasons(
    kinds: tuple[type[KhatwaError], ...], statuses: tuple[HTTPStatus, ...]
) -> dict[int, list[str]]:
    """By status, each code with what it means: the error's own first sentence."""
    found: dict[int, list[str]] = {}
    for kind in kinds:
        means = (kind.__doc__ or "").strip().partition("\n\n")[0]
        found.setdefault(int(status_of(kind)), []).append(f"`{kind.code}`: {means}")
    for status in statuses:
        code, _sentence = OF_STATUS[status]
        found.setdefault(int(status), []).append(f"`{code}`: {status.phrase}.")
    return found
