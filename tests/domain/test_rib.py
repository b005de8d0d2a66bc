"""Account numbers: the keys, every way of writing them, and the errors."""

from __future__ import annotations

import random

import dz_format
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.errors import AccountKey, AccountLength, InvalidAccountNumber, PostalBranch
from webapp.domain.rib import Rib, ccp_key, rib_key

RIP = "00799999002345678941"
ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(alphabet="0123456789", min_size=count, max_size=count)


BRANCHES = digits(5)
ACCOUNTS = digits(10).filter(lambda account: account != "0" * 10)
BANKS = digits(3).filter(lambda bank: bank != "007")
RIBS = st.builds(Rib.of, BANKS, BRANCHES, ACCOUNTS)


def test_the_keys_of_the_domain_notes() -> None:
    assert rib_key("99999", "0023456789") == "41"
    assert ccp_key("0023456789") == "88"


def test_the_key_of_a_remainder_of_zero_is_97() -> None:
    assert rib_key("00000", "0000000097") == "97"


def test_ten_thousand_keys_agree_with_an_independent_package() -> None:
    chance = random.Random(97)
    for _ in range(10_000):
        bank = f"{chance.randrange(1000):03d}"
        branch = "99999" if bank == "007" else f"{chance.randrange(10**5):05d}"
        account = f"{chance.randrange(1, 10**10):010d}"
        rib = Rib.of(bank, branch, account)
        assert rib.key == dz_format.rib_key(branch, account)
        assert dz_format.rib(rib.digits)["valid"] is True
        assert ccp_key(account) == dz_format.ccp_key(account)


@given(BANKS, BRANCHES, ACCOUNTS, digits(2))
def test_both_accept_and_refuse_the_same_keys(
    bank: str, branch: str, account: str, key: str
) -> None:
    number = bank + branch + account + key
    try:
        Rib.parse(number)
    except AccountKey as wrong:
        assert wrong.expected == (rib_key(branch, account),)
        assert dz_format.rib(number)["valid"] is False
    else:
        assert dz_format.rib(number)["valid"] is True


@pytest.mark.parametrize(
    "text",
    [
        RIP,
        "007 99999 0023456789 41",
        "007-99999-0023456789-41",
        "007.99999.0023456789.41",
        "007/99999/0023456789/41",
        "00799999 0023456789 clé 41",
        "0079 9999 0023 4567 8941",
        "RIP : 007 99999 0023456789 41",
        "007\u00a099999\u202f0023456789\u200941",
        "\u202a007 99999 0023456789 41\u202c",
        RIP.translate(ARABIC_INDIC),
        "007 – 99999 – 0023456789 – 41",
        " 00799999002345678941\r\n",
    ],
)
def test_a_rip_is_read_from_every_way_of_writing_it(text: str) -> None:
    assert Rib.parse(text).digits == RIP


@pytest.mark.parametrize(
    "text",
    [
        "0023456789 88",
        "0023456789 41",
        "23456789 clé 88",
        "23456789 clé 41",
        "23456789 CLE: 88",
        "23456789 cle\u0301 88",
        "0023456789/41",
        "0023456789/88",
        "23456789/88",
        "23456789-88",
        "23456789 88",
        "002345678988",
        "00234 56789 88",
        "0023 4567 8941",
        "CCP 23456789 clé 88",
        "CCP N° 0023456789 clé 88",
        "23 456 789 clé 88",
        "٠٠٢٣٤٥٦٧٨٩ مفتاح ٨٨",
        "رقم الحساب البريدي الجاري: 23456789 المفتاح 88",
        "\u200f23456789 / 88\u200f",
    ],
)
def test_a_ccp_number_is_read_with_either_key(text: str) -> None:
    assert Rib.parse(text).digits == RIP


@given(st.integers(1, 10**10 - 1), st.booleans(), st.booleans(), st.sampled_from([" ", "/", "-"]))
def test_every_ccp_number_is_read_with_either_key(
    number: int, own_key: bool, filled: bool, gap: str
) -> None:
    account = f"{number:010d}"
    key = ccp_key(account) if own_key else rib_key("99999", account)
    rib = Rib.parse(f"{account if filled else number}{gap}{key}")
    assert rib == Rib.of("007", "99999", account)
    assert rib.is_postal


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("/", 0),
        ("RIB", 0),
        ("7", 1),
        ("0023456789", 10),  # no key: a typing error would go unseen
        ("2345678988", 10),  # a number of ten digits, or one of eight with its key?
        ("23 45 67 89 88", 10),
        ("0023456789 8", 11),  # half a key is not the end of a shorter number's
        ("00234567891 8", 12),
        ("0023456789/8", 11),
        ("23456789/888", 11),
        ("0079999900234567894", 19),
        ("007999990023456789411", 21),
        ("00023456789/88", 13),
        ("1" * 5000, 5000),
    ],
)
def test_a_wrong_length_is_refused_with_the_count(text: str, count: int) -> None:
    with pytest.raises(AccountLength) as refused:
        Rib.parse(text)
    assert refused.value.digits == count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00799999002345678942", ("41",)),
        ("00799999002345678988", ("41",)),  # the CCP's own key does not close a RIP
        ("00200012345678901200", (rib_key("00012", "3456789012"),)),
        ("0023456789 42", ("88", "41")),
        ("23456788/88", (ccp_key("23456788"), rib_key("99999", "0023456788"))),
    ],
)
def test_a_wrong_key_is_refused_with_those_that_would_fit(
    text: str, expected: tuple[str, ...]
) -> None:
    with pytest.raises(AccountKey) as refused:
        Rib.parse(text)
    assert refused.value.expected == expected


@pytest.mark.parametrize("branch", ["00000", "99998", "00799"])
def test_a_postal_number_demands_the_postal_branch_whatever_its_key(branch: str) -> None:
    with pytest.raises(PostalBranch):
        Rib.of("007", branch, "0023456789")
    with pytest.raises(PostalBranch):
        Rib.parse(f"007{branch}002345678900")


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "DZ58 00799999002345678941",  # Algeria has no IBAN
        "O0799999002345678941",
        "23456789 & 88",
        "00799999002345678941²",
        "12₃45",
        "0/00",  # the keys fit, but there is no account of zeros
    ],
)
def test_what_is_no_account_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidAccountNumber) as refused:
        Rib.parse(text)
    assert type(refused.value) is InvalidAccountNumber


def test_an_account_of_zeros_is_no_account() -> None:
    with pytest.raises(InvalidAccountNumber) as refused:
        Rib.of("002", "00012", "0" * 10)
    assert type(refused.value) is InvalidAccountNumber


@pytest.mark.parametrize(
    "parts",
    [("2", "00012", "3456789012"), ("002", "12", "3456789012"), ("002", "00012", "1" * 5000)],
)
def test_an_account_number_is_made_of_whole_parts(parts: tuple[str, str, str]) -> None:
    with pytest.raises(AccountLength):
        Rib.of(*parts)


@given(RIBS)
def test_every_number_is_read_back_from_its_digits_and_its_groups(rib: Rib) -> None:
    assert Rib.parse(rib.digits) == rib
    assert Rib.parse(rib.grouped) == rib
    assert Rib.parse(rib.grouped.translate(ARABIC_INDIC)) == rib


@given(RIBS, st.integers(3, 19), st.integers(1, 9))
def test_no_single_wrong_digit_after_the_bank_goes_unseen(
    rib: Rib, position: int, shift: int
) -> None:
    wrong = list(rib.digits)
    wrong[position] = str((int(wrong[position]) + shift) % 10)
    with pytest.raises(InvalidAccountNumber):
        Rib.parse("".join(wrong))


def test_the_bank_code_is_not_covered_by_the_key() -> None:
    assert Rib.of("002", "00012", "3456789012").key == Rib.of("001", "00012", "3456789012").key


def test_a_number_is_shown_in_the_groups_that_people_know() -> None:
    rib = Rib.parse(RIP)
    assert rib.grouped == "007 99999 0023456789 41"
    assert rib.last4 == "6789"
    assert rib.is_postal
    assert not Rib.of("002", "00012", "3456789012").is_postal


@given(RIBS)
def test_the_number_never_reaches_a_log(rib: Rib) -> None:
    for shown in (repr(rib), str(rib), f"{rib}", repr([rib])):
        assert rib.account not in shown
        assert rib.digits[3:14] not in shown


@given(st.text() | st.text(alphabet="0123456789 -/.٠٩۰clé\u200f\u00a0RIPCCPمفتاح", max_size=30))
def test_any_text_is_an_account_number_or_refused(text: str) -> None:
    try:
        rib = Rib.parse(text)
    except InvalidAccountNumber as refused:
        assert set(refused.params) <= {"digits", "expected"}
    else:
        assert Rib.parse(rib.digits) == rib
