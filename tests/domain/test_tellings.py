"""Every kind of message has its weight; what nobody has weighed is always sent."""

from __future__ import annotations

import pytest

from webapp.config import PROJECT
from webapp.domain.tellings import TOPIC_OF, WEIGHTS, Topic, Weight, is_wanted, weight_of

KINDS = {file.name.split(".")[0] for file in (PROJECT / "templates/messages").glob("*.txt")}
# Sent to a person or to one of the staff, who have no such choice.
OF_OTHERS = {"delegation_granted", "delegation_ended", "staff_invitation"}


def test_every_message_to_an_employer_has_its_topic() -> None:
    assert set(TOPIC_OF) | {"certificate_revoked"} >= KINDS - OF_OTHERS
    assert set(TOPIC_OF.values()) == set(Topic) == set(WEIGHTS)


@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize("asked", [False, True])
def test_what_the_law_and_the_debit_need_cannot_be_silenced(quiet: bool, asked: bool) -> None:
    silent = {
        kind
        for kind in KINDS | set(TOPIC_OF)
        if not is_wanted(kind, quiet=quiet, told_of_looks=asked)
    }
    expected = {"declaration_due", "debit_settled", "debit_debited"} if quiet else set()
    assert silent == expected | (set() if asked else {"account_looked_at"})


def test_a_kind_that_nobody_has_weighed_is_always_sent() -> None:
    assert weight_of("something_new") is Weight.NEEDED
    assert is_wanted("something_new", quiet=True, told_of_looks=False)
