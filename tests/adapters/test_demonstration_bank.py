"""The demonstration's bank, run for real: which answers it gives, when, and about what."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from webapp.adapters.demonstration_bank import CREDITOR_ACCOUNT, DemonstrationBank, FileTaken
from webapp.adapters.public_holidays import algerian_holidays
from webapp.adapters.storage import write_atomically
from webapp.adapters.transports import FolderTransport
from webapp.banking.collections import Collection, CollectionBatch
from webapp.banking.pain008 import write_collections
from webapp.domain.errors import DemonstrationBankFailed
from webapp.domain.moment import ALGIERS
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib

CLOSED_DAYS = [holiday.day for holiday in algerian_holidays([2026, 2027])]
MONDAY = date(2026, 10, 26)
THURSDAY = date(2026, 10, 29)
# The Friday after is closed, Saturday and Sunday are the bank's own weekend, 1 November besides.
NEXT_MONDAY = date(2026, 11, 2)


def morning(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), ALGIERS)


def amount_of(number: int) -> Centimes:
    return Centimes(number * 129_600_00 + number)


def write_file(path: Path, name: str, collect_on: date, count: int) -> None:
    collections = [
        Collection(
            end_to_end_id=f"{name}-{number}",
            amount=amount_of(number),
            mandate_reference=f"M-{number}",
            mandate_signed_on=date(2026, 1, number),
            debtor_name=f"مؤسسة الأمل {number}",
            account=Rib.of("007", "99999", f"{number:010}"),
            remittance=f"CACOBATPH {name}-{number}",
        )
        for number in range(1, count + 1)
    ]
    batch = CollectionBatch(
        message_id=name,
        created_at=morning(MONDAY),
        collect_on=collect_on,
        creditor_name="CACOBATPH",
        creditor_account=CREDITOR_ACCOUNT,
        creditor_identifier="DZ-CACOBATPH",
        creditor_agent="004",
        count=count,
        total=Centimes(sum(collection.amount for collection in collections)),
    )
    write_atomically(path, lambda out: write_collections(out, batch, collections))


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[DemonstrationBank]:
    with DemonstrationBank(tmp_path / "bank", morning(MONDAY), CLOSED_DAYS) as bank:
        yield bank


def send(bank: DemonstrationBank, name: str, collect_on: date, count: int) -> list[FileTaken]:
    source = bank.folder / f"{name}.xml"
    write_file(source, name, collect_on, count)
    FolderTransport(bank.drop_folder).deliver(source, source.name)
    return bank.scan()


def messages(bank: DemonstrationBank) -> list[tuple[str, Any]]:
    """The new messages: the kind of each and its parsed root."""
    return [(path.name.split("-")[0][:8], etree.parse(path).getroot()) for path in bank.collect()]


def values(root: Any, path: str) -> list[str]:
    return [element.text for element in root.findall(".//{*}" + path.replace("/", "/{*}"))]


def statuses(root: Any) -> list[tuple[str, str]]:
    found = root.findall(".//{*}TxInfAndSts")
    return [
        (f"{one.findtext('{*}OrgnlEndToEndId')}", f"{one.findtext('{*}TxSts')}") for one in found
    ]


def entries(root: Any) -> list[tuple[str, str, str]]:
    return [
        (
            f"{entry.findtext('.//{*}EndToEndId')}",
            f"{entry.findtext('{*}CdtDbtInd')}",
            f"{entry.findtext('{*}Amt')}",
        )
        for entry in root.findall(".//{*}Ntry")
    ]


def in_dinars(number: int) -> str:
    return f"{amount_of(number) // 100}.{amount_of(number) % 100:02}"


def test_from_the_file_to_a_return_each_answer_comes_in_its_turn(bank: DemonstrationBank) -> None:
    assert send(bank, "F", THURSDAY, 6) == [FileTaken("F.xml", "ACCP", "", 6, 0)]
    [(kind, accepted)] = messages(bank)
    assert kind == "pain.002"
    assert values(accepted, "OrgnlMsgId") == ["F"]
    assert statuses(accepted) == [(f"F-{number}", "ACCP") for number in range(1, 7)]
    assert {bank.settles_on(f"F-{number}") for number in range(1, 7)} == {THURSDAY}

    bank.refuse("F-2", "MD01")
    [(kind, refused)] = messages(bank)
    assert kind == "pain.002"
    assert statuses(refused) == [("F-2", "RJCT")]
    assert values(refused, "StsRsnInf/Rsn/Cd") == ["MD01"]
    assert bank.settles_on("F-2") is None

    bank.advance(THURSDAY)
    kinds, roots = zip(*messages(bank), strict=True)
    # The statements are those of Monday, Tuesday and Wednesday, on which nothing moved.
    assert kinds == ("camt.054", "camt.053", "camt.053", "camt.053")
    settled = [(f"F-{number}", "CRDT", in_dinars(number)) for number in (1, 3, 4, 5, 6)]
    assert entries(roots[0]) == settled
    assert values(roots[0], "Ntfctn/Acct/Id/IBAN") == [CREDITOR_ACCOUNT]
    assert values(roots[0], "MndtId") == ["M-1", "M-3", "M-4", "M-5", "M-6"]
    assert [entries(root) for root in roots[1:]] == [[], [], []]

    bank.refuse("F-4", "AM04")
    (kind, returned), (second_kind, debited) = messages(bank)
    assert (kind, second_kind) == ("pacs.004", "camt.054")
    assert values(returned, "OrgnlEndToEndId") == ["F-4"]
    assert values(returned, "RtrRsnInf/Rsn/Cd") == ["AM04"]
    assert entries(debited) == [("F-4", "DBIT", in_dinars(4))]
    assert values(debited, "RtrInf/Rsn/Cd") == ["AM04"]

    bank.advance(THURSDAY + timedelta(days=1))
    [(kind, statement)] = messages(bank)
    assert kind == "camt.053"
    assert entries(statement) == [*settled, ("F-4", "DBIT", in_dinars(4))]

    # A refusal on a day on which the bank is closed comes back when it opens.
    bank.refuse("F-5", "MD06")
    assert messages(bank) == []
    bank.advance(NEXT_MONDAY)
    (kind, returned), (second_kind, debited) = messages(bank)
    assert (kind, second_kind) == ("pacs.004", "camt.054")
    assert values(returned, "RtrRsnInf/Rsn/Cd") == ["MD06"]
    assert entries(debited) == [("F-5", "DBIT", in_dinars(5))]
    assert values(debited, "BookgDt/Dt") == [NEXT_MONDAY.isoformat()]


@pytest.mark.parametrize(
    ("hour", "collect_on", "settles_on"),
    [
        (9, THURSDAY, THURSDAY),
        (9, MONDAY, MONDAY + timedelta(days=1)),  # asked for too soon: the next day at the earliest
        (16, MONDAY, MONDAY + timedelta(days=2)),  # and one later after three in the afternoon
        (9, date(2026, 10, 30), NEXT_MONDAY),  # a Friday
        (9, date(2026, 11, 8), date(2026, 11, 9)),  # a Sunday, on which Algerian banks are open
        (9, date(2026, 12, 31), date(2026, 12, 31)),
        (9, date(2027, 1, 12), date(2027, 1, 13)),  # Yennayer, a Tuesday
    ],
)
def test_the_banks_own_calendar_decides_when_a_collection_settles(
    tmp_path: Path, hour: int, collect_on: date, settles_on: date
) -> None:
    with DemonstrationBank(tmp_path, morning(MONDAY, hour), CLOSED_DAYS) as bank:
        send(bank, "F", collect_on, 1)
        assert bank.settles_on("F-1") == settles_on


def test_a_file_that_comes_twice_is_refused_as_a_whole(bank: DemonstrationBank) -> None:
    send(bank, "F", THURSDAY, 2)
    assert send(bank, "F", THURSDAY, 2) == [FileTaken("F.xml", "RJCT", "DUPL", 0, 0)]
    _, (kind, refused) = messages(bank)
    assert kind == "pain.002"
    assert (values(refused, "GrpSts"), statuses(refused)) == (["RJCT"], [])
    bank.advance(THURSDAY)
    assert len(entries(messages(bank)[0][1])) == 2


def test_a_file_that_it_cannot_read_is_answered_too(bank: DemonstrationBank) -> None:
    (bank.drop_folder / "torn.xml").write_bytes(b"<Document><CstmrDrct")
    assert bank.scan() == [FileTaken("torn.xml", "RJCT", "FF01", 0, 0)]
    [(kind, refused)] = messages(bank)
    assert kind == "pain.002"
    assert values(refused, "GrpSts") == ["RJCT"]


def test_half_a_file_is_not_read(bank: DemonstrationBank) -> None:
    (bank.drop_folder / ".F.xml.partial").write_bytes(b"<Document><CstmrDrct")
    assert bank.scan() == []


def test_nothing_is_left_to_refuse_after_a_refusal(bank: DemonstrationBank) -> None:
    send(bank, "F", THURSDAY, 1)
    bank.refuse("F-1", "AM04")
    with pytest.raises(DemonstrationBankFailed, match="nothing left to refuse"):
        bank.refuse("F-1", "AM04")
    with pytest.raises(DemonstrationBankFailed, match="no collection"):
        bank.refuse("F-9", "AM04")


def test_its_books_and_its_time_go_on_in_the_next_run(tmp_path: Path) -> None:
    with DemonstrationBank(tmp_path, morning(MONDAY), CLOSED_DAYS) as bank:
        send(bank, "F", THURSDAY, 1)
        bank.advance(THURSDAY)
        assert bank.today == THURSDAY
    with DemonstrationBank(tmp_path, morning(MONDAY), CLOSED_DAYS) as bank:
        assert bank.today == THURSDAY
        assert len(bank.collect()) == 5
        bank.refuse("F-1", "AM04")
        assert [kind for kind, _ in messages(bank)] == ["pacs.004", "camt.054"]
    later = NEXT_MONDAY + timedelta(days=1)
    with DemonstrationBank(tmp_path, morning(later), CLOSED_DAYS) as bank:
        assert bank.today == later


def test_its_process_ends_with_its_block(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), DemonstrationBank(tmp_path, morning(MONDAY)) as bank:
        process = bank._process
        assert process is not None
        assert process.poll() is None
        raise ZeroDivisionError
    assert process.returncode is not None


def test_a_bank_that_hangs_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.adapters.demonstration_bank.SECONDS_TO_STOP", 0.1)
    with DemonstrationBank(tmp_path, morning(MONDAY)) as bank:
        process = bank._process
        assert process is not None
        monkeypatch.setattr(process, "terminate", lambda: None)
    assert process.returncode == -9


def test_a_bank_that_cannot_start_says_why_and_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def remember(*arguments: Any, **named: Any) -> subprocess.Popen[bytes]:
        started.append(popen(*arguments, **named))
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", remember)
    (tmp_path / "bank.sqlite3").write_bytes(b"this is no database" * 100)
    with (
        pytest.raises(DemonstrationBankFailed, match="not a database"),
        DemonstrationBank(tmp_path, morning(MONDAY)),
    ):
        pass
    assert started[0].returncode is not None


def test_its_folder_with_plain_accounts_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with DemonstrationBank(tmp_path / "bank", morning(MONDAY)) as bank:
            pass
    finally:
        os.umask(before)
    for folder in (bank.folder, bank.drop_folder, bank.pickup_folder):
        assert folder.stat().st_mode & 0o777 == 0o700
