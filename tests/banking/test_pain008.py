"""Rules of the file that asks a bank to collect."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from mockbank import messages, validate

from tests.banking.messages import (
    CREDITOR_ACCOUNT,
    batch,
    collection,
    official_schema,
    officially_valid,
    written,
)
from webapp.banking.collections import Collection
from webapp.banking.file_values import LONGEST_NAME, bank_text
from webapp.banking.pain008 import write_collections
from webapp.domain.errors import InvalidAmount, InvalidInput, TotalsDiffer, UnsupportedMessage
from webapp.domain.money import LARGEST_AMOUNT, Centimes
from webapp.domain.rib import Rib

VERSIONS = ["pain.008.001.08", "pain.008.001.02"]
NAMESPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.008.001.08}"
BIDI_CONTROLS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

names = st.text(min_size=1, max_size=120)
accounts = st.builds(
    Rib.of,
    st.sampled_from(["001", "002", "021", "034"]),
    st.integers(1, 99_999).map("{:05}".format),
    st.integers(1, 10**10 - 1).map("{:010}".format),
)
amounts = st.integers(1, 10**13).map(Centimes)


def texts(data: bytes, name: str) -> list[str | None]:
    """The texts of an element, read by a parser that knows nothing of the writer."""
    return [found.text for found in etree.fromstring(data).iter(f"{NAMESPACE}{name}")]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_is_valid_by_the_official_schema(version: str) -> None:
    held = [
        collection(1),
        collection(2, debtor_name="شركة الأطلس للأشغال", remittance=""),
        collection(3, amount=LARGEST_AMOUNT, end_to_end_id="X" * 35, mandate_reference="M" * 35),
        collection(4, amount=Centimes(1), debtor_name="Ets <Frères> & Fils \"Z\" 'é'"),
    ]
    officially_valid(written(held, version), version)


def test_an_independent_bank_reads_what_was_written() -> None:
    held = [
        collection(
            number,
            amount=Centimes(10_000 + 7 * number),
            debtor_name=f"Employeur {number}",
            account=Rib.of("004", "00123", f"{number:010}"),
        )
        for number in range(1, 201)
    ]
    file, findings = validate.inspect(written(held), today=date(2026, 10, 27))
    assert [finding for finding in findings if finding.level == "error"] == []
    assert isinstance(file, messages.CollectionFile)
    (sent,) = file.batches
    assert (file.nb_of_txs, sent.nb_of_txs) == (200, 200)
    assert file.ctrl_sum == sent.ctrl_sum
    assert file.ctrl_sum * 100 == sum(one.amount for one in held)
    assert sent.creditor_account == CREDITOR_ACCOUNT
    assert sent.creditor_account_currency == "DZD"
    assert sent.requested_collection_date == date(2026, 10, 29)
    for one, read in zip(held, file.collections, strict=True):
        assert (read.end_to_end_id, read.amount, read.currency) == (
            one.end_to_end_id,
            one.amount,
            "DZD",
        )
        assert (read.mandate_id, read.mandate_signed) == (one.mandate_reference, "2026-01-18")
        assert (read.debtor_name, read.debtor_account) == (one.debtor_name, one.account.digits)
        assert (read.sequence_type, read.creditor_scheme_id) == ("RCUR", "CACOBATPH01")
        assert read.remittance == [one.remittance]


def test_accounts_and_banks_are_named_the_algerian_way() -> None:
    """Othr with the scheme BBAN, the bank by its number in the clearing system DZ."""
    data = written([collection(account=Rib.parse("00799999002345678941"))])
    transaction = next(etree.fromstring(data).iter(f"{NAMESPACE}DrctDbtTxInf"))
    said = {
        path: transaction.findtext("/".join(f"{{*}}{name}" for name in path.split("/")))
        for path in (
            "DbtrAcct/Id/Othr/Id",
            "DbtrAcct/Id/Othr/SchmeNm/Cd",
            "DbtrAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd",
            "DbtrAgt/FinInstnId/ClrSysMmbId/MmbId",
        )
    }
    assert list(said.values()) == ["00799999002345678941", "BBAN", "DZ", "007"]


@pytest.mark.parametrize(
    ("account", "scheme"), [("00100123000000000197", ["BBAN"]), (CREDITOR_ACCOUNT, [])]
)
def test_the_funds_own_account_is_a_bban_only_when_it_is_one(
    account: str, scheme: list[str]
) -> None:
    data = written([collection()], creditor_account=account)
    own = next(etree.fromstring(data).iter(f"{NAMESPACE}CdtrAcct"))
    assert [found.text for found in own.iter(f"{NAMESPACE}Cd")] == scheme


def test_the_same_collections_give_the_same_bytes_whatever_the_zone_of_the_instant() -> None:
    held = [collection(1), collection(2)]
    instant = datetime(2026, 10, 27, 7, 0, tzinfo=timezone(timedelta(0)))
    elsewhere = instant.astimezone(timezone(timedelta(hours=9)))
    assert written(held, created_at=instant) == written(held, created_at=elsewhere)
    assert texts(written(held, created_at=instant), "CreDtTm") == ["2026-10-27T08:00:00+01:00"]


@given(st.lists(st.tuples(names, amounts, accounts), min_size=1, max_size=8))
def test_any_name_and_amount_come_back_as_they_were(
    drawn: list[tuple[str, Centimes, Rib]],
) -> None:
    held = [
        collection(number, debtor_name=f"E{name}", amount=amount, account=account)
        for number, (name, amount, account) in enumerate(drawn)
    ]
    data = officially_valid(written(held), "pain.008.001.08")
    read_names = [
        debtor.findtext("{*}Nm") for debtor in etree.fromstring(data).iter(f"{NAMESPACE}Dbtr")
    ]
    assert read_names == [bank_text(one.debtor_name, LONGEST_NAME) for one in held]
    read_amounts = [str(text) for text in texts(data, "InstdAmt")]
    assert [int(text.replace(".", "")) for text in read_amounts] == [one.amount for one in held]
    assert all(len(text.partition(".")[2]) == 2 for text in read_amounts)
    read_accounts = [
        account.findtext("{*}Id/{*}Othr/{*}Id")
        for account in etree.fromstring(data).iter(f"{NAMESPACE}DbtrAcct")
    ]
    assert read_accounts == [one.account.digits for one in held]


@given(st.text(st.characters(codec=None), max_size=200))
def test_nothing_invisible_reaches_the_file(name: str) -> None:
    sent = bank_text(name, LONGEST_NAME)
    assert len(sent) <= LONGEST_NAME
    assert sent == sent.strip()
    assert not BIDI_CONTROLS & set(sent)
    assert all(unicodedata.category(character) not in {"Cc", "Cf", "Cs"} for character in sent)
    etree.Element("Nm").text = sent  # Refuses what XML cannot hold.


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=LONGEST_NAME))
def test_an_ordinary_name_is_not_touched(name: str) -> None:
    composed = unicodedata.normalize("NFC", name)
    if len(composed) <= LONGEST_NAME:
        assert bank_text(composed, LONGEST_NAME) == composed


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("a" * 71, "a" * 70),
        ("a" * 69 + " bc", "a" * 69),
        # A letter and the marks over it stay together or go together (ḍ with a dot over it).
        ("a" * 69 + "d\u0307\u0331b", "a" * 69),
        ("شركة\u202e الأطلس\u200f", "شركة الأطلس"),
        ("  SARL\tAtlas\u00a0 &\n Fils ", "SARL Atlas & Fils"),
        ("e\u0301", "é"),
    ],
)
def test_names_are_cleaned_and_cut_where_it_hurts_least(name: str, sent: str) -> None:
    assert bank_text(name, LONGEST_NAME) == sent


def test_markup_in_a_name_is_text() -> None:
    name = "</Nm><Nm>x</Nm> & <!-- %s {0} ]]>"
    data = officially_valid(written([collection(debtor_name=name)]), "pain.008.001.08")
    debtor = next(etree.fromstring(data).iter(f"{NAMESPACE}Dbtr"))
    assert debtor.findtext("{*}Nm") == name


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount": 0}, InvalidAmount),
        ({"amount": -1}, InvalidAmount),
        ({"amount": LARGEST_AMOUNT + 1}, InvalidAmount),
        ({"mandate_reference": ""}, InvalidInput),
        ({"mandate_reference": " KM1"}, InvalidInput),
        ({"mandate_reference": "M" * 36}, InvalidInput),
        ({"end_to_end_id": ""}, InvalidInput),
        ({"end_to_end_id": "KD\u202e1"}, InvalidInput),
        ({"end_to_end_id": "KD\n1"}, InvalidInput),
        ({"debtor_name": "\u200f \u202e"}, InvalidInput),
    ],
)
def test_a_faulty_collection_is_refused_before_its_first_byte(
    changes: dict[str, Any], error: type[Exception]
) -> None:
    held = [collection(1), collection(2, **{"end_to_end_id": "KD-FAULTY", **changes})]
    out = io.BytesIO()
    with pytest.raises(error):
        write_collections(out, batch(held, total=Centimes(1)), held)
    assert b"KD-FAULTY" not in out.getvalue()


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 0},
        {"message_id": ""},
        {"creditor_account": "1" * 35},
        {"creditor_name": ""},
        {"creditor_identifier": ""},
        {"creditor_agent": ""},
        {"created_at": datetime(2026, 10, 27)},  # noqa: DTZ001  an instant without its zone
    ],
)
def test_a_faulty_batch_is_refused_before_any_byte(changes: dict[str, Any]) -> None:
    held = [collection()]
    out = io.BytesIO()
    with pytest.raises(InvalidInput):
        write_collections(out, batch(held, **changes), held)
    assert out.getvalue() == b""


@pytest.mark.parametrize("changes", [{"count": 3}, {"count": 1}, {"total": Centimes(1)}])
def test_a_file_that_does_not_add_up_is_refused(changes: dict[str, Any]) -> None:
    held = [collection(1), collection(2)]
    with pytest.raises(TotalsDiffer):
        write_collections(io.BytesIO(), batch(held, **changes), held)


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(UnsupportedMessage):
        written([collection()], "pain.008.001.99")


def test_collections_are_taken_one_by_one_and_not_gathered() -> None:
    held = [collection(number) for number in range(2_000)]
    out = io.BytesIO()
    sizes = []

    def flowing() -> Iterator[Collection]:
        for one in held:
            sizes.append(out.tell())
            yield one

    write_collections(out, batch(held), flowing())
    assert len(set(sizes)) > 3


def test_both_versions_have_their_official_schema() -> None:
    assert all(official_schema(version) for version in VERSIONS)
