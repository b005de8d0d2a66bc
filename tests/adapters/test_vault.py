"""The vault: what is sealed opens for its own row alone, and its keys are nobody else's to read."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.vault import INDEX_KEY_BYTES, KEY_BYTES, Vault, create_keys, load_vault
from webapp.domain.errors import IntegrityAlarm, SealBroken, UnsafeConfiguration

ACCOUNT = "00799999002345678941"
ROW = "mandate:M-7QK2"
OLD_KEY, NEW_KEY = b"o" * KEY_BYTES, b"n" * KEY_BYTES
INDEX_KEY = b"i" * INDEX_KEY_BYTES


@pytest.fixture
def vault() -> Vault:
    return Vault({"k1": OLD_KEY}, "k1", INDEX_KEY)


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


@given(text=st.text(), context=st.text())
@settings(max_examples=50)
def test_what_is_sealed_opens_for_its_row(text: str, context: str) -> None:
    vault = Vault({"k1": OLD_KEY}, "k1", INDEX_KEY)
    assert vault.open(vault.seal(text, context), context) == text


def test_a_ciphertext_moved_to_another_row_does_not_open(vault: Vault) -> None:
    sealed = vault.seal(ACCOUNT, ROW)
    with pytest.raises(SealBroken) as alarm:
        vault.open(sealed, "mandate:M-9XX9")
    assert isinstance(alarm.value, IntegrityAlarm)
    assert ACCOUNT not in str(alarm.value)


def test_one_changed_byte_anywhere_breaks_the_seal(vault: Vault) -> None:
    sealed = vault.seal(ACCOUNT, ROW)
    for position in range(len(sealed)):
        tampered = bytearray(sealed)
        tampered[position] ^= 1
        with pytest.raises(SealBroken):
            vault.open(bytes(tampered), ROW)


@pytest.mark.parametrize("rest", [b"", b"k1", b"k1:", b"k1:short", b"unknown:" + b"x" * 40])
def test_what_was_never_sealed_does_not_open(vault: Vault, rest: bytes) -> None:
    with pytest.raises(SealBroken):
        vault.open(rest, ROW)


def test_the_account_does_not_show_in_what_is_stored(vault: Vault) -> None:
    assert ACCOUNT.encode() not in vault.seal(ACCOUNT, ROW)
    assert vault.seal(ACCOUNT, ROW) != vault.seal(ACCOUNT, "mandate:M-9XX9")


def test_an_old_key_still_opens_and_the_current_one_seals(vault: Vault) -> None:
    before = vault.seal(ACCOUNT, ROW)
    rotated = Vault({"k1": OLD_KEY, "k2": NEW_KEY}, "k2", INDEX_KEY)
    after = rotated.seal(ACCOUNT, ROW)

    assert rotated.open(before, ROW) == rotated.open(after, ROW) == ACCOUNT
    assert after.startswith(b"k2:")
    assert not rotated.sealed_under_current(before)
    assert rotated.sealed_under_current(after)
    with pytest.raises(SealBroken):
        vault.open(after, ROW)


def test_raw_bytes_are_sealed_alike(vault: Vault) -> None:
    element = b"<Ntry>\xff\xfe</Ntry>"
    assert vault.open_bytes(vault.seal_bytes(element, "entry:7"), "entry:7") == element


def test_the_blind_index_is_stable_keyed_and_tells_accounts_apart(vault: Vault) -> None:
    rotated = Vault({"k2": NEW_KEY}, "k2", INDEX_KEY)
    stranger = Vault({"k1": OLD_KEY}, "k1", b"j" * INDEX_KEY_BYTES)
    index = vault.blind_index(ACCOUNT)

    assert len(index) == 64
    assert index == rotated.blind_index(ACCOUNT)
    assert index != vault.blind_index(ACCOUNT[:-1] + "2")
    assert index != stranger.blind_index(ACCOUNT)


def test_no_key_shows_in_a_log(vault: Vault) -> None:
    assert repr(vault) == "Vault(current='k1', keys=1)"


@pytest.mark.parametrize(
    ("keys", "current", "index_key"),
    [
        ({"k1": OLD_KEY}, "k2", INDEX_KEY),
        ({"k1": b"short"}, "k1", INDEX_KEY),
        ({"k1": OLD_KEY}, "k1", b"short"),
        ({"k:1": OLD_KEY}, "k:1", INDEX_KEY),
        ({}, "k1", INDEX_KEY),
    ],
)
def test_unusable_keys_are_refused_by_name(
    keys: dict[str, bytes], current: str, index_key: bytes
) -> None:
    with pytest.raises(UnsafeConfiguration, match="KHATWA_KEYS"):
        Vault(keys, current, index_key)


def test_created_keys_are_their_owners_alone(tmp_path: Path) -> None:
    keys = tmp_path / "somewhere" / "keys"
    before = os.umask(0)
    try:
        create_keys(keys)
    finally:
        os.umask(before)

    assert mode_of(keys) == 0o700
    assert {entry.name for entry in keys.iterdir()} == {"current", "index", "k1"}
    assert {mode_of(entry) for entry in keys.iterdir()} == {0o600}
    assert [entry.name for entry in keys.parent.iterdir()] == ["keys"]


def test_keys_that_exist_are_left_alone(tmp_path: Path) -> None:
    create_keys(tmp_path / "keys")
    sealed = load_vault(tmp_path / "keys").seal(ACCOUNT, ROW)
    create_keys(tmp_path / "keys")
    assert load_vault(tmp_path / "keys").open(sealed, ROW) == ACCOUNT


def test_a_folder_that_holds_something_else_is_not_replaced_by_keys(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "letter.txt").write_text("mine")
    with pytest.raises(OSError, match="not empty"):
        create_keys(tmp_path / "keys")
    assert [path.name for path in tmp_path.rglob("*")] == ["keys", "letter.txt"]


def test_two_machines_never_make_the_same_keys(tmp_path: Path) -> None:
    create_keys(tmp_path / "one")
    create_keys(tmp_path / "two")
    sealed = load_vault(tmp_path / "one").seal(ACCOUNT, ROW)
    with pytest.raises(SealBroken):
        load_vault(tmp_path / "two").open(sealed, ROW)


def test_the_keys_of_bank_servers_in_a_folder_among_them_are_none_of_them(tmp_path: Path) -> None:
    create_keys(tmp_path / "keys")
    sealed = load_vault(tmp_path / "keys").seal(ACCOUNT, ROW)
    (tmp_path / "keys" / "sftp").mkdir(mode=0o700)
    (tmp_path / "keys" / "sftp" / "BNA").write_text("-----BEGIN OPENSSH PRIVATE KEY-----")
    assert load_vault(tmp_path / "keys").open(sealed, ROW) == ACCOUNT


def test_a_file_of_keys_serves_as_a_folder_does(tmp_path: Path) -> None:
    create_keys(tmp_path / "keys")
    file = tmp_path / "keys.txt"
    lines = [f"{entry.name} = {entry.read_text()}" for entry in (tmp_path / "keys").iterdir()]
    file.write_text("# the keys of Khatwa\n\n" + "".join(lines))
    file.chmod(0o600)

    sealed = load_vault(tmp_path / "keys").seal(ACCOUNT, ROW)
    assert load_vault(file).open(sealed, ROW) == ACCOUNT
    assert load_vault(file).blind_index(ACCOUNT) == load_vault(tmp_path / "keys").blind_index(
        ACCOUNT
    )


def test_a_new_key_is_one_more_file(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    create_keys(keys)
    sealed = load_vault(keys).seal(ACCOUNT, ROW)
    (keys / "k2").touch(mode=0o600)
    (keys / "k2").write_text(secrets.token_hex(KEY_BYTES))
    (keys / "current").write_text("k2")

    assert load_vault(keys).open(sealed, ROW) == ACCOUNT
    assert load_vault(keys).seal(ACCOUNT, ROW).startswith(b"k2:")


@pytest.mark.parametrize("name", ["", "k1", "index", "current"])
def test_keys_that_others_can_read_are_refused(tmp_path: Path, name: str) -> None:
    create_keys(tmp_path / "keys")
    path = tmp_path / "keys" / name
    path.chmod(path.stat().st_mode | 0o040)
    with pytest.raises(UnsafeConfiguration, match="open to others"):
        load_vault(tmp_path / "keys")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "'current' is missing"),
        ("current = k1\n", "'index' is missing"),
        ("current = k1\nindex = xyz\n", "not hexadecimal"),
        ("current\n", "line 1 is not of the form"),
        ("current = مفتاح\n", "something else than ASCII"),
        (f"current = k1\nindex = {'00' * 32}\n", "'k1' is missing"),
    ],
)
def test_a_malformed_file_of_keys_is_refused_with_the_reason(
    tmp_path: Path, text: str, why: str
) -> None:
    file = tmp_path / "keys.txt"
    file.touch(mode=0o600)
    file.write_text(text)
    with pytest.raises(UnsafeConfiguration, match=why):
        load_vault(file)


def test_missing_keys_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnsafeConfiguration, match="KHATWA_KEYS"):
        load_vault(tmp_path / "nowhere")


def test_the_accounts_of_the_whole_country_open_in_a_second(
    vault: Vault, record_property: pytest.RecordProperty
) -> None:
    rows = [f"mandate:M-{number:08d}" for number in range(65_000)]
    sealed = [vault.seal(ACCOUNT, row) for row in rows]

    begun = time.process_time()
    opened = [vault.open(text, row) for text, row in zip(sealed, rows, strict=True)]
    seconds = time.process_time() - begun

    record_property("seconds_for_65000_opens", seconds)
    assert opened == [ACCOUNT] * len(rows)
    assert seconds < 1
