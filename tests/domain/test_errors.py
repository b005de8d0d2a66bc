"""The error tree: drawn as it is, each with a code of its own, and telling what it is about."""

from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest

from webapp.domain import errors
from webapp.domain.errors import AccountKey, IllegalMove, InvalidAmount, KhatwaError

ERRORS = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, KhatwaError)
]


def drawn(error: type[KhatwaError], depth: int = 0) -> list[tuple[int, str]]:
    """The tree below an error, in the order of the file, with the depth of each name."""
    children = [line for child in error.__subclasses__() for line in drawn(child, depth + 1)]
    return [(depth, error.__name__), *children]


def test_the_drawing_is_the_tree() -> None:
    lines = re.findall(r"^    ((?:[│├└─ ] *)*)(\w+)$", errors.__doc__ or "", re.MULTILINE)
    assert [(len(indent) // 4, name) for indent, name in lines] == drawn(KhatwaError)


def test_every_error_has_a_code_of_its_own() -> None:
    assert len({error.code for error in ERRORS}) == len(ERRORS)
    assert all(re.fullmatch("[a-z_]+", error.code) for error in ERRORS)


def test_the_code_is_the_name_of_the_class() -> None:
    assert KhatwaError.code == "khatwa_error"
    assert IllegalMove.code == "illegal_move"


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_keeps_what_it_is_about(error: type[KhatwaError]) -> None:
    raised = error(field="amount", line=3)
    assert raised.params == {"field": "amount", "line": 3}
    assert raised.__dict__["line"] == 3
    assert str(raised) == f"{error.code}: field=amount, line=3"


def test_an_error_about_nothing_in_particular_is_its_code() -> None:
    assert str(errors.ForbiddenDoctype()) == "forbidden_doctype"


def test_the_field_of_an_input_is_known_or_none() -> None:
    assert InvalidAmount(reason="empty").field is None
    assert InvalidAmount(reason="empty", field="leave_base").field == "leave_base"


def test_errors_survive_copying_and_pickling() -> None:
    error = AccountKey(expected=("88", "41"))
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301  Our own bytes.
        assert str(twin) == str(error)
        assert twin.expected == ("88", "41")
