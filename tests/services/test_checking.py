"""Whether a paper is genuine: by its proof alone, and so often."""

from __future__ import annotations

import contextlib

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import RULES, later
from webapp.domain.errors import NotFound, TooManyTries
from webapp.domain.rules import AccessRules, Limit
from webapp.domain.statuses import MandateStatus
from webapp.models import Mandate
from webapp.services.checking import PROOF_LENGTH, check_paper, proof_of

V = builders.VAULT


def test_a_paper_is_checked_by_its_proof_alone(office: Session) -> None:
    day = builders.working_day(office, FILED)
    owner = builders.employer(office)
    reference, other = (
        builders.mandate(office, day, one) for one in (owner, builders.employer(office))
    )
    proof = proof_of(V, reference)
    assert len(proof) == PROOF_LENGTH and proof != proof_of(V, other)
    paper = check_paper(office, day, V, RULES, reference, proof)
    assert (paper.reference, paper.name_fr, paper.in_force) == (reference, owner.name_fr, True)
    for asked in (
        (reference, proof[:-1] + ("0" if proof[-1] != "0" else "1")), (reference, proof.upper()),
        (reference, ""), (reference, proof[:10]), (reference, proof + "0"), (other, proof),
        ("KM00000000", proof), ("KM00000000", proof_of(V, "KM00000000")), ("\0", proof),
        ("ش", proof), (reference, "é" * PROOF_LENGTH), ("\ud800", "\ud800"), ("", proof_of(V, "")),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            check_paper(office, day, V, RULES, *asked)


def test_a_wrong_proof_asks_the_database_as_much_as_a_right_one(office: Session) -> None:
    day = builders.working_day(office, FILED)
    reference = builders.mandate(office, day, builders.employer(office))
    asked: list[str] = []
    event.listen(
        office.get_bind(), "before_cursor_execute",
        lambda _c, _u, statement, *_: "PRAGMA" in statement or asked.append(statement),
    )  # fmt: skip
    for given in ((reference, proof_of(V, reference)), (reference, "0" * 20), ("KM0", "0")):
        before = len(asked)
        with contextlib.suppress(NotFound):
            check_paper(office, day, V, RULES, *given)
        assert asked[before:] == asked[: len(asked) - before], given


@pytest.mark.parametrize("status", MandateStatus)
def test_each_state_is_told_in_one_way(office: Session, status: MandateStatus) -> None:
    day = builders.working_day(office, FILED)
    reference = builders.mandate(office, day, builders.employer(office))
    office.execute(update(Mandate).values(status=status))
    office.commit()
    paper = check_paper(office, day, V, RULES, reference, proof_of(V, reference))
    told = [paper.in_force, paper.waits, paper.ended, status is MandateStatus.SUSPENDED]
    assert told.count(True) == 1


def test_nobody_guesses_for_long(office: Session) -> None:
    day = builders.working_day(office, FILED)
    reference = builders.mandate(office, day, builders.employer(office))
    rules = AccessRules(checks_for_all=Limit("checks of papers", 2, 5))
    for _ in range(2):
        with pytest.raises(NotFound):
            check_paper(office, day, V, rules, reference, "0" * 20)
    with pytest.raises(TooManyTries):
        check_paper(office, day, V, rules, reference, proof_of(V, reference))
    assert check_paper(office, later(day, minutes=6), V, rules, reference, proof_of(V, reference))
