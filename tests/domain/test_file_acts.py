"""What may be done with a bank file follows from its state and from who has said what of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.errors import InvalidInput
from webapp.domain.file_acts import (
    BY_HAND,
    LONGEST_RECEIPT,
    STAYED,
    FileAct,
    FileEvent,
    FileMark,
    acts_for,
    may_leave,
    read_receipt,
    standing_of,
)
from webapp.domain.statuses import ALLOWED_MOVES, BankFileStatus

EIGHT = datetime(2026, 11, 26, 7, tzinfo=UTC)
PEOPLE = st.sampled_from(["staff:1", "staff:2"])
MOVES = [
    (source, target)
    for source, targets in ALLOWED_MOVES[BankFileStatus].items()
    for target in sorted(targets)
]
MARKS = [(status, status) for status in (BankFileStatus.APPROVED, BankFileStatus.UNKNOWN)]


@st.composite
def lives(draw: st.DrawFn) -> list[FileEvent]:
    """What may happen to a file, whether it makes sense or not."""
    events = []
    for number in range(draw(st.integers(0, 12))):
        source, target = draw(st.sampled_from(MOVES + 3 * MARKS))
        causes = [*FileMark] if source == target else [target.value, BY_HAND, STAYED, "receipt:7"]
        cause = draw(st.sampled_from(causes))
        at = EIGHT + timedelta(minutes=number)
        events.append(FileEvent(at, draw(PEOPLE), source.value, target.value, cause))
    return events


@given(lives())
def test_a_file_in_doubt_leaves_by_a_word_that_was_given_in_this_doubt(
    events: list[FileEvent],
) -> None:
    """Between the last time that it may have left and now, two have agreed."""
    last = max(
        (
            number
            for number, event in enumerate(events)
            if event.source != event.target
            and event.target != BankFileStatus.SENDING
            and (event.target, event.cause) != (BankFileStatus.UNKNOWN, STAYED)
        ),
        default=-1,
    )
    agreed = [one for one in events[last + 1 :] if one.cause == FileMark.AGREED]
    if may_leave(BankFileStatus.UNKNOWN, standing_of(events), asked_only=False):
        assert agreed


@given(lives(), st.sampled_from(BankFileStatus), PEOPLE, PEOPLE, st.booleans())
def test_nobody_says_the_first_and_the_second_word_and_nothing_leaves_late(
    events: list[FileEvent], status: BankFileStatus, actor: str, made_by: str, late: bool
) -> None:
    standing = standing_of(events)
    acts = acts_for(status, standing, actor=actor, made_by=made_by, too_late=late)
    assert not (FileAct.AGREE in acts and standing.missing_by in ("", actor))
    assert not (FileAct.APPROVE in acts and actor == made_by)
    if late:
        leaving = {FileAct.APPROVE, FileAct.SEND, FileAct.CARRY, FileAct.AGREE}
        assert not leaving & set(acts)
    with_a_page = {BankFileStatus.WRITTEN, BankFileStatus.APPROVED, BankFileStatus.UNKNOWN}
    assert not acts or status in with_a_page


@pytest.mark.parametrize(
    ("typed", "read"), [(" ٧٧٨/A ", "778/A"), ("BNA-2026:11.4_x", "BNA-2026:11.4_x")]
)
def test_a_receipt_is_a_number(typed: str, read: str) -> None:
    assert read_receipt(typed) == read


@pytest.mark.parametrize(
    "text", ["", "-", "Mme Amel", "reçu", "وصل", "a" * (LONGEST_RECEIPT + 1), "1|2"]
)
def test_what_is_no_number_stands_in_no_event(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_receipt(text)
