"""Rules of entries that are made of several transactions: money is told once, and all of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.banking.messages import (
    amount,
    camt054,
    detail,
    element,
    entries_of,
    entry,
    officially_valid,
    only_entry,
    return_information,
    statement,
)
from webapp.banking.answers import AnswerEntry


def signed(one: AnswerEntry) -> int:
    assert one.amount is not None
    return one.amount if one.credit else -one.amount


def test_every_transaction_of_a_lump_is_told_with_its_own_amount() -> None:
    told = [detail(f"KD{n}", dinars=f"{n}.00", direction="CRDT") for n in (1, 2, 3)]
    data = camt054(statement(entry("6.00", *told)))
    entries = entries_of(officially_valid(data, "camt.054.001.08"))
    assert [(one.end_to_end_id, one.amount) for one in entries] == [
        ("KD1", 100),
        ("KD2", 200),
        ("KD3", 300),
    ]
    assert all(one.booked and one.booked_on == date(2026, 10, 29) for one in entries)
    assert b"KD2" in entries[1].raw
    assert b"KD1" not in entries[1].raw


def test_a_lump_without_references_is_one_entry_that_names_the_file() -> None:
    lump = "<Btch><MsgId>KHATWA-BNA-20261029-001</MsgId><NbOfTxs>20</NbOfTxs></Btch>"
    one = only_entry(entry("2000.00", lump))
    assert (one.end_to_end_id, one.amount) == (None, 200_000)
    assert one.original_message_id == "KHATWA-BNA-20261029-001"


def test_a_lump_of_two_files_names_none() -> None:
    lumps = ("<Btch><MsgId>A</MsgId></Btch>", "<Btch><MsgId>B</MsgId></Btch>")
    told = entry("2.00").replace("</Ntry>", "".join(element("NtryDtls", x) for x in lumps))
    assert only_entry(told + "</Ntry>").original_message_id is None


def test_an_entry_without_details_is_one_entry() -> None:
    one = only_entry(entry("42.00", direction="DBIT"))
    assert (one.amount, one.credit, one.end_to_end_id) == (4_200, False, None)


@pytest.mark.parametrize(
    "stated",
    [
        "",
        amount("0"),
        # The counter-value in another currency is not what moved on the account.
        amount("12.00", "EUR"),
        element("AmtDtls", element("TxAmt", amount("7.00"))),
        element("AmtDtls", element("InstdAmt", amount("50.00", "EUR"))),
    ],
)
def test_a_single_transaction_need_not_say_its_amount(stated: str) -> None:
    one = only_entry(entry("7.00", detail("KD1", stated)))
    assert (one.end_to_end_id, one.amount, one.currency) == ("KD1", 700, "DZD")
    assert b"<Ntry" in one.raw


def test_charges_taken_off_a_credit_are_an_entry_of_their_own() -> None:
    told = detail("KD1", dinars="1000.00", direction="CRDT")
    entries = entries_of(camt054(statement(entry("990.00", told))))
    assert [(one.end_to_end_id, signed(one)) for one in entries] == [
        ("KD1", 100_000),
        (None, -1_000),
    ]


@pytest.mark.parametrize("stated", [None, "0", "0.00"])
def test_several_transactions_without_amounts_do_not_multiply_the_money(
    stated: str | None,
) -> None:
    """Version .02 lists references that share one amount: each is not the whole of it."""
    told = [detail(f"KD{n}", dinars=stated) for n in range(3)]
    one = only_entry(entry("200000.00", *told, status="BOOK"))
    assert (one.end_to_end_id, one.amount) == (None, 20_000_000)
    assert all(f"KD{n}".encode() in one.raw for n in range(3))


def test_a_transaction_against_the_direction_of_its_entry_is_not_believed() -> None:
    told = [detail(f"KD{n}", dinars="5.00", direction="CRDT") for n in range(2)]
    one = only_entry(entry("10.00", *told, direction="DBIT"))
    assert (one.end_to_end_id, signed(one)) == (None, -1_000)
    single = only_entry(entry("5.00", told[0], direction="DBIT"))
    assert (single.end_to_end_id, signed(single)) == ("KD0", -500)


def test_a_return_taken_off_credits_is_believed() -> None:
    told = [
        detail("KD1", dinars="10.00", direction="CRDT"),
        detail("KD2", return_information("MD01"), dinars="3.00", direction="DBIT"),
    ]
    entries = entries_of(camt054(statement(entry("7.00", *told))))
    assert [(one.end_to_end_id, signed(one), one.reason_code) for one in entries] == [
        ("KD1", 1_000, None),
        ("KD2", -300, "MD01"),
    ]


dinars = st.integers(0, 10**9).map(lambda centimes: f"{centimes // 100}.{centimes % 100:02}")
details = st.builds(
    lambda reference, stated, direction, returned: detail(
        reference,
        return_information("AC04") if returned else "",
        dinars=stated,
        direction=direction,
    ),
    st.sampled_from([None, "KD1", "KD2"]),
    st.none() | dinars,
    st.sampled_from([None, "CRDT", "DBIT"]),
    st.booleans(),
)
movements = st.tuples(dinars, st.sampled_from(["CRDT", "DBIT"]), st.lists(details, max_size=4))


@given(st.lists(movements, max_size=5))
def test_what_is_told_adds_up_to_what_moved(drawn: list[tuple[str, str, list[str]]]) -> None:
    data = camt054(statement(*(entry(a, *told, direction=way) for a, way, told in drawn)))
    moved = sum(int(a.replace(".", "")) * (1 if way == "CRDT" else -1) for a, way, _ in drawn)
    entries = entries_of(data)
    assert sum(map(signed, entries)) == moved
    assert len(entries) >= len(drawn)
    assert [one.position for one in entries] == list(range(1, len(entries) + 1))
