"""Rules of the CSV layout, read by the csv module of Python and by its own check."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.banking.messages import CREDITOR_ACCOUNT, batch, collection
from webapp.banking.collections import Collection
from webapp.banking.layouts.csv1 import COLUMNS, LAYOUT, validate, write
from webapp.domain.errors import InvalidInput, SchemaViolation
from webapp.domain.money import Centimes

FORMULAS = ("=", "+", "-", "@")


def written(held: list[Collection], **changes: Any) -> bytes:
    out = io.BytesIO()
    write(out, batch(held, **changes), held)
    return out.getvalue()


def rows(data: bytes) -> list[dict[str, str]]:
    """As another program reads it."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=";"))


def test_every_column_says_what_the_docstring_says() -> None:
    one, trailer = rows(written([collection(7, amount=Centimes(1_234_05))]))
    assert one == {
        "record": "D",
        "file": "KHATWA-BNA-20261029-001",
        "collect_on": "2026-10-29",
        "creditor_identifier": "CACOBATPH01",
        "creditor_account": CREDITOR_ACCOUNT,
        "end_to_end_id": "KD00000007-1",
        "amount": "1234.05",
        "currency": "DZD",
        "mandate": "KM00000007",
        "signed_on": "2026-01-18",
        "debtor_bank": "007",
        "debtor_account": "00799999002345678941",
        "debtor_name": "SARL Atlas Travaux",
        "remittance": "CACOBATPH 2026-09",
    }
    assert (trailer["record"], trailer["end_to_end_id"], trailer["amount"]) == ("T", "1", "1234.05")
    module = __import__(write.__module__, fromlist=["__doc__"])
    assert all(f"    {column} " in str(module.__doc__) for column in COLUMNS)


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec=None), max_size=90), st.integers(1, 10**15)),
        min_size=1,
        max_size=6,
    )
)
def test_another_program_reads_back_what_was_written(drawn: list[tuple[str, int]]) -> None:
    held = [
        collection(number, debtor_name=f"E{text}", remittance=text, amount=Centimes(amount))
        for number, (text, amount) in enumerate(drawn)
    ]
    *lines, trailer = rows(written(held))
    assert [int(line["amount"].replace(".", "")) for line in lines] == [one.amount for one in held]
    assert [line["end_to_end_id"] for line in lines] == [one.end_to_end_id for one in held]
    assert int(trailer["amount"].replace(".", "")) == sum(one.amount for one in held)
    assert int(trailer["end_to_end_id"]) == len(held)
    for line in (*lines, trailer):
        assert not any(cell.startswith((*FORMULAS, "\t", "\r")) for cell in line.values())
        assert not any(mark in cell for cell in line.values() for mark in "\r\n\t\u202e\u200f")


@pytest.mark.parametrize("sign", FORMULAS)
def test_a_formula_in_a_name_is_only_text_and_in_a_reference_is_refused(sign: str) -> None:
    (one, _) = rows(written([collection(debtor_name=f"{sign}HYPERLINK(1;2)", remittance=sign)]))
    assert (one["debtor_name"], one["remittance"]) == (f"'{sign}HYPERLINK(1;2)", f"'{sign}")
    with pytest.raises(InvalidInput):
        written([collection(mandate_reference=f"{sign}KM1")])
    with pytest.raises(InvalidInput):
        written([collection()], creditor_identifier=f"{sign}1")


GOOD = written([collection(1), collection(2, amount=Centimes(50))])


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (b"record;file", b"record;fil", 1),
        (b"D;KHATWA-BNA-20261029-001", b"X;KHATWA-BNA-20261029-001", 2),
        (b"129600.00;DZD;KM", b"129600.01;DZD;KM", 4),  # the sum of the trailer
        (b"129600.00;DZD;KM", b"129600.0;DZD;KM", 2),
        (b"129600.00;DZD;KM", b"-129600.00;DZD;KM", 2),
        (b"129600.00;DZD;KM", b"0.00;DZD;KM", 2),
        (b"0.50;DZD;KM", b"0.50;EUR;KM", 3),
        (b"00799999002345678941", b"00799999002345678942", 2),  # the key of the account
        (b";007;", b";002;", 2),
        (b"2026-01-18", b"2026-02-30", 2),
        (b"SARL Atlas", b"=SARL Atlas", 2),
        (b"SARL Atlas Travaux", b"", 2),
        (b"SARL Atlas", b'SARL "Atlas', 2),
        (b"SARL Atlas", b"SARL ;Atlas", 2),
        (b"SARL Atlas", b"SARL \xe9Atlas", 2),
        (b"SARL Atlas", b"SARL\nAtlas", 2),
        (b"SARL Atlas", b"S" * 5_000, 2),
        (b"T;KHATWA-BNA-20261029-001", b"T;KHATWA-BNA-20261029-002", 4),
        (b";2;129600.50", b";3;129600.50", 4),
        (b";2;129600.50", b";2;129600.51", 4),
        (b"129600.50;DZD;;", b"129600.50;DZD;x;", 4),
    ],
)
def test_its_own_reader_finds_every_fault_and_its_line(
    before: bytes, after: bytes, line: int, tmp_path: Path
) -> None:
    path = tmp_path / "F.csv"
    path.write_bytes(GOOD)
    validate(path)
    assert before in GOOD
    path.write_bytes(GOOD.replace(before, after, 1))
    with pytest.raises(SchemaViolation) as caught:
        validate(path)
    assert caught.value.line == line
    assert "129600" not in caught.value.detail  # it names the column, never what stands in it


@pytest.mark.parametrize(
    "lines",
    [
        lambda all_: [],
        lambda all_: all_[:1],
        lambda all_: all_[:-1],
        lambda all_: [all_[0], all_[1], all_[3]],
        lambda all_: [*all_, all_[1]],
        lambda all_: [*all_, all_[3]],
        lambda all_: [all_[0], all_[3]],
    ],
    ids=["empty", "header", "no trailer", "one gone", "after the end", "two ends", "only an end"],
)
def test_a_file_with_other_lines_is_refused(lines: Any, tmp_path: Path) -> None:
    path = tmp_path / "F.csv"
    path.write_bytes(b"".join(lines(GOOD.splitlines(keepends=True))))
    with pytest.raises(SchemaViolation):
        validate(path)


def test_its_files_are_csv() -> None:
    assert (LAYOUT.name, LAYOUT.suffix) == ("csv1", ".csv")
