"""What an administrator types about a bank's server: read, or refused with its field."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.channel_terms import (
    read_folder,
    read_host,
    read_host_key,
    read_port,
    read_user,
)
from webapp.domain.errors import InvalidChannel

READERS = [read_host, read_port, read_user, read_folder, read_host_key]


def key(kind: str = "ssh-ed25519", named: str | None = None) -> str:
    name = (named or kind).encode()
    data = len(name).to_bytes(4, "big") + name + bytes(36)
    return f"{kind} {base64.b64encode(data).decode()}"


@pytest.mark.parametrize(
    ("read", "typed", "taken"),
    [
        (read_host, " SFTP.Bank.example ", "sftp.bank.example"),
        (read_host, "192.0.2.7", "192.0.2.7"),
        (read_host, "2001:db8::7", "2001:db8::7"),
        (read_port, "", 22),
        (read_port, "٢٢٢٢", 2222),
        (read_user, "cacobatph-01", "cacobatph-01"),
        (read_folder, "", "."),
        (read_folder, "/in/prélèvements", "/in/prélèvements"),
        (read_host_key, f"{key()} root@bank", key()),
        (read_host_key, f"[sftp.bank.example]:2222 {key('ssh-rsa')}", key("ssh-rsa")),
    ],
)
def test_what_is_typed_is_read(read: Callable[[str], object], typed: str, taken: object) -> None:
    assert read(typed) == taken


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (read_host, ""),
        (read_host, "a b"),
        (read_host, "-bank"),
        (read_host, "sftp://bank"),
        (read_host, "a" * 254),
        (read_port, "0"),
        (read_port, "65536"),
        (read_port, "ssh"),
        (read_user, ""),
        (read_user, "-oProxyCommand=x"),
        (read_user, "a" * 65),
        (read_folder, "../other"),
        (read_folder, "/in/../other"),
        (read_folder, "a" * 256),
        (read_host_key, ""),
        (read_host_key, "ssh-ed25519"),
        (read_host_key, "ssh-ed25519 AAAA"),
        (read_host_key, "ssh-ed25519 é"),
        (read_host_key, key("ssh-dss")),
        (read_host_key, key("ssh-ed25519", named="ssh-rsa")),
        (read_host_key, f"{key()} {'x' * 1_000}"),
    ],
)
def test_what_is_none_is_refused_with_its_field(read: Callable[[str], object], typed: str) -> None:
    with pytest.raises(InvalidChannel) as caught:
        read(typed)
    assert f"read_{caught.value.field}" == read.__name__


@pytest.mark.parametrize("read", READERS)
@given(text=st.text(st.characters(codec=None), max_size=80))
def test_any_text_is_read_or_refused(read: Callable[[str], object], text: str) -> None:
    with suppress(InvalidChannel):
        assert "\n" not in str(read(text))
