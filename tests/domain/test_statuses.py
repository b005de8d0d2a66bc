"""The moves between states: what the design allows, and nothing else, over the full product."""

from __future__ import annotations

from enum import StrEnum
from itertools import product

import pytest

from webapp.domain.errors import IllegalMove
from webapp.domain.statuses import (
    ALLOWED_MOVES,
    LIVE_DEBIT_STATUSES,
    MANDATE_STATUSES_ALLOWING_DEBIT,
    UNSENT_DEBIT_STATUSES,
    BankFileStatus,
    DebitStatus,
    DeclarationStatus,
    DueStatus,
    MandateStatus,
    PaymentScheduleStatus,
    ReversalStatus,
    check_move,
)

# Written a second time on purpose: a move that is added or lost by mistake fails here.
DESIGN = {
    MandateStatus: """
        signed: confirmed active revoked refused replaced expired
        confirmed: active revoked refused replaced expired
        active: suspended revoked refused replaced expired
        suspended: active revoked refused replaced expired
        revoked:
        refused:
        replaced:
        expired:
    """,
    DeclarationStatus: """
        draft: filed
        filed: corrected closed
        corrected: closed
        closed:
    """,
    DueStatus: """
        open: scheduled settled superseded contested waived paid_elsewhere deferred
        scheduled: open settled superseded contested waived paid_elsewhere deferred given_back
        settled: open scheduled given_back
        given_back: open waived superseded
        contested: open scheduled settled superseded waived paid_elsewhere given_back
        paid_elsewhere: open
        deferred: open superseded waived
        superseded:
        waived:
    """,
    DebitStatus: """
        planned: announced held cancelled unknown
        announced: frozen held cancelled planned unknown
        held: planned cancelled refused unknown
        frozen: sent unknown planned announced
        sent: accepted debited settled refused unknown disputed
        unknown: sent accepted debited settled refused planned
        accepted: debited settled refused
        debited: settled refused reversed
        settled: refused disputed reversed
        refused: planned held cancelled
        disputed: settled refused reversed
        cancelled:
        reversed:
    """,
    ReversalStatus: """
        agreed: sending dropped
        sending: sent unknown agreed
        unknown: sent refused booked
        sent: refused booked
        refused: booked
        booked:
        dropped:
    """,
    PaymentScheduleStatus: """
        proposed: accepted withdrawn
        accepted: completed broken
        completed:
        broken:
        withdrawn:
    """,
    BankFileStatus: """
        filling: frozen superseded
        frozen: written superseded
        written: approved superseded
        approved: sending superseded
        sending: sent unknown approved
        unknown: sent acknowledged reconciled superseded sending sending
        sent: acknowledged reconciled unknown
        acknowledged: reconciled
        reconciled:
        superseded: unknown
    """,
}


def moves_of(words: type[StrEnum]) -> set[tuple[str, str]]:
    """The allowed moves of a subject as the design writes them."""
    lines = (line.split(":") for line in DESIGN[words].strip().splitlines())
    return {(source.strip(), target) for source, targets in lines for target in targets.split()}


SUBJECTS = list(DESIGN)
ALLOWED = [
    (words(source), words(target))
    for words in SUBJECTS
    for source, target in sorted(moves_of(words))
]
REFUSED = [
    (source, target)
    for words in SUBJECTS
    for source, target in product(words, words)
    if (source.value, target.value) not in moves_of(words)
]


def names(case: StrEnum) -> str:
    return f"{type(case).__name__}.{case.value}"


@pytest.mark.parametrize(("source", "target"), ALLOWED, ids=names)
def test_a_move_of_the_design_is_allowed(source: StrEnum, target: StrEnum) -> None:
    check_move(source, target)


@pytest.mark.parametrize(("source", "target"), REFUSED, ids=names)
def test_every_other_move_is_refused(source: StrEnum, target: StrEnum) -> None:
    with pytest.raises(IllegalMove) as refused:
        check_move(source, target)
    assert (refused.value.source, refused.value.target) == (source.value, target.value)


def test_a_word_of_another_subject_is_refused() -> None:
    assert str(MandateStatus.REFUSED) == str(DebitStatus.REFUSED)
    for source, target in product(MandateStatus, DebitStatus):
        with pytest.raises(IllegalMove):
            check_move(source, target)


@pytest.mark.parametrize("words", SUBJECTS)
def test_every_state_has_its_line_in_the_table(words: type[StrEnum]) -> None:
    assert set(ALLOWED_MOVES[words]) == set(words)


@pytest.mark.parametrize("words", SUBJECTS)
def test_every_state_is_reached_from_the_first(words: type[StrEnum]) -> None:
    first, *_ = words
    reached, frontier = {first}, [first]
    while frontier:
        frontier = [to for at in frontier for to in ALLOWED_MOVES[words][at] if to not in reached]
        reached.update(frontier)
    assert reached == set(words)


def test_refused_is_reached_from_settled() -> None:
    check_move(DebitStatus.SETTLED, DebitStatus.REFUSED)


def test_a_sent_debit_is_never_cancelled_or_planned_again_without_a_refusal() -> None:
    for source in set(DebitStatus) - UNSENT_DEBIT_STATUSES - {DebitStatus.REFUSED}:
        # Whose file counts as lost, by the word of two people: tests/services/test_lost_files.py.
        lost = {DebitStatus.PLANNED} if source is DebitStatus.UNKNOWN else set()
        assert (
            ALLOWED_MOVES[DebitStatus][source] & (UNSENT_DEBIT_STATUSES | {DebitStatus.CANCELLED})
            == lost
        )


def test_a_file_that_began_to_leave_is_never_written_again() -> None:
    after = {BankFileStatus.SENT, BankFileStatus.UNKNOWN, BankFileStatus.ACKNOWLEDGED}
    for source in after:
        assert not ALLOWED_MOVES[BankFileStatus][source] & {
            BankFileStatus.FROZEN,
            BankFileStatus.WRITTEN,
            BankFileStatus.APPROVED,
        }
    again = {
        source
        for source, targets in ALLOWED_MOVES[BankFileStatus].items()
        if BankFileStatus.SENDING in targets
    }
    # From doubt with the word of two people alone: tests/services/test_bank_file_acts.py.
    assert again == {BankFileStatus.APPROVED, BankFileStatus.UNKNOWN}


def test_a_reversal_that_began_to_leave_is_never_sent_again_without_certainty() -> None:
    again = {
        source
        for source, targets in ALLOWED_MOVES[ReversalStatus].items()
        if targets & {ReversalStatus.AGREED, ReversalStatus.SENDING}
    }
    assert again == {ReversalStatus.AGREED, ReversalStatus.SENDING}


def test_only_an_active_mandate_may_be_debited() -> None:
    assert {MandateStatus.ACTIVE} == MANDATE_STATUSES_ALLOWING_DEBIT


def test_every_debit_but_a_cancelled_one_is_live() -> None:
    assert set(DebitStatus) - {DebitStatus.CANCELLED} == LIVE_DEBIT_STATUSES
