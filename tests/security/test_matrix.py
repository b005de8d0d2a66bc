"""Who gets which answer from every page: each route and method, asked by each kind of person.

The answers stand in `matrix.csv`, one row for each route and method, one column for each person.
A route that is missing from it fails. `KHATWA_MATRIX=1` writes what was found into the table, to
be read cell by cell before it is committed; the rules at the end hold whatever the table says.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.security.asking import METHODS, Asker, Question, plain, questions_of
from tests.security.cast import EMPLOYERS, PEOPLE, STAFF, TABLET, Cast
from webapp.audiences import Audience, audience_of
from webapp.domain.roles import (
    ADMINISTRATION,
    AUDIT,
    CALENDAR,
    DESK,
    MONEY,
    OFFICE,
    SUPERVISION,
    Role,
)

TABLE = Path(__file__).with_name("matrix.csv")
COLUMNS = ["address", "method", *PEOPLE]
REWRITE = "KHATWA_MATRIX" in os.environ

AWAY = {"sign-in", "staff sign-in", "device opening"}
ROLES_OF = {
    Audience.STAFF: frozenset(Role),
    Audience.DESK: DESK,
    Audience.SUPERVISION: SUPERVISION,
    Audience.OFFICE: OFFICE,
    Audience.MONEY: MONEY,
    Audience.AUDIT: AUDIT,
    Audience.ADMINISTRATION: ADMINISTRATION,
    Audience.CALENDAR: CALENDAR,
}
NAMES_OF_RECORDS = (
    "reference", "employer_id", "session_id", "debit_id", "message_id", "scan", "worksite_id",
)  # fmt: skip

Answers = dict[Question, dict[str, str]]


def committed() -> Answers:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            Question(row.pop("address"), row.pop("method")): row
            for row in csv.DictReader(file, delimiter=";")
        }


def write(answers: Answers) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(COLUMNS)
        for question in sorted(answers):
            row = answers[question]
            writer.writerow([*question, *(row[person] for person in PEOPLE)])


@pytest.fixture(scope="module")
def answers(cast: Cast) -> Iterator[Answers]:
    """What every person gets from every route, each asked of a copy of the same database."""
    asker = Asker(cast)
    found = {
        question: {person: asker.ask(person, question) for person in PEOPLE}
        for question in questions_of(cast.app)
    }
    if REWRITE:
        write(found)
    yield found


def test_every_route_stands_in_the_table(cast: Cast) -> None:
    assert set(committed()) == set(questions_of(cast.app))


def test_every_person_gets_the_answer_of_the_table(answers: Answers) -> None:
    expected = committed()
    wrong = [
        f"{question.method} {question.address}: {person} got {answer}, not {wanted}"
        for question, row in answers.items()
        for person, answer in row.items()
        if (wanted := expected.get(question, {}).get(person)) != answer
    ]
    assert not wrong, "\n".join(wrong)


# ── what holds whatever the table says ───────────────────────────────────────────────────────


def audiences_of(app: Flask) -> dict[Question, Audience]:
    found = {}
    for rule in app.url_map.iter_rules():
        for method in METHODS:
            if method in (rule.methods or ()):
                audience = audience_of(app, rule.endpoint)
                assert audience is not None, f"{rule.endpoint} declares no audience"
                found[Question(plain(rule.rule), method)] = audience
    return found


def test_who_is_nobody_opens_public_pages_alone(cast: Cast) -> None:
    for question, audience in audiences_of(cast.app).items():
        row = committed()[question]
        if audience in {Audience.PUBLIC, Audience.DEVELOPMENT}:
            continue
        if audience is Audience.GATEWAY:  # a program with a password; here none is set
            assert set(row.values()) == {"404"}, question
            continue
        if audience in {Audience.PROGRAM_READS, Audience.PROGRAM_FILES}:  # with a key; no session
            assert set(row.values()) == {"401"}, question
            continue
        assert row["anonymous"] in AWAY, question
        theirs = STAFF if audience in ROLES_OF else EMPLOYERS
        theirs = (TABLET,) if audience in {Audience.DEVICE, Audience.TABLET} else theirs
        for person in set(PEOPLE) - set(theirs):
            assert row[person] in AWAY, (question, person)


def test_a_right_that_was_not_given_opens_nothing(cast: Cast) -> None:
    for question, audience in audiences_of(cast.app).items():
        row = committed()[question]
        if audience is Audience.SIGNATORY:
            assert row["delegate"] == "403", question
        if audience is Audience.OWNER:
            assert row["delegate"] == row["signing_delegate"] == "403", question
        for person in STAFF if audience in ROLES_OF else ():
            role = "agent" if person == "agent_elsewhere" else person
            if role not in ROLES_OF[audience]:
                assert row[person] == "403", (question, person)


def test_the_records_of_another_are_missing() -> None:
    """Every address that names a record, asked by the other employer and the other agency."""
    asked = 0
    for question, row in committed().items():
        if not any(f"<{name}>" in question.address for name in NAMES_OF_RECORDS):
            continue
        if question.address.startswith("/<language>/device/"):
            continue  # no browser of theirs is a device; see tests/services/test_cases.py
        if question.address.startswith("/api/"):
            continue  # no session opens it; tests/views/test_api_reading.py asks with another's key
        if "/staff/members/" in question.address or "/staff/invitations/" in question.address:
            continue  # the administrator's, of the whole country
        for stranger in ("other_employer", "agent_elsewhere"):
            if question.address.startswith("/<language>/check/"):
                continue  # whoever holds the paper may ask
            if stranger == "agent_elsewhere" and row["agent"] == "403":
                continue  # their supervisor's: no agent gets as far as the record
            assert row[stranger] in {*AWAY, "404"}, (question, stranger)
            asked += row[stranger] == "404"
    assert asked > 20


def test_nobody_breaks_a_page() -> None:
    """The table holds what is answered: asked once more it would cost half a minute."""
    rows = committed().items()
    assert not [q for q, row in rows if any(answer.startswith("5") for answer in row.values())]
