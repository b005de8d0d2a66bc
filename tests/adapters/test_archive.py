"""Whole files at rest: nothing readable, nothing movable, memory that does not grow."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from webapp.adapters.archive import SEALED_AT_ONCE, names_of_sealed, open_file, seal_file
from webapp.adapters.storage import sha256_of
from webapp.adapters.vault import Vault
from webapp.domain.errors import SealBroken

VAULT = Vault({"k1": bytes(range(64))}, "k1", bytes(range(32)))


def whole(sealed: Path, name: str) -> bytes:
    return b"".join(open_file(sealed, name, VAULT))


@pytest.mark.parametrize("size", [0, 1, SEALED_AT_ONCE, SEALED_AT_ONCE + 1, 3 * SEALED_AT_ONCE])
def test_a_file_comes_back_as_it_was(tmp_path: Path, size: int) -> None:
    source = tmp_path / "answer.xml"
    source.write_bytes(b"00799999002345678941"[:size].ljust(size, b"x"))
    sealed = seal_file(source, tmp_path, VAULT)
    assert b"00799999002345678941" not in sealed.read_bytes()
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert whole(sealed, "answer.xml") == source.read_bytes()


def test_sealing_twice_gives_one_file(tmp_path: Path) -> None:
    source = tmp_path / "answer.xml"
    source.write_bytes(b"content")
    assert seal_file(source, tmp_path, VAULT) == seal_file(source, tmp_path, VAULT)


def test_a_sealed_file_is_named_by_its_digest(tmp_path: Path) -> None:
    source = tmp_path / "answer.of.bank.xml"
    source.write_bytes(b"content")
    (tmp_path / "inbox").mkdir()
    seal_file(source, tmp_path / "inbox", VAULT)
    digest, other = sha256_of(source), "0" * 64
    assert names_of_sealed(tmp_path / "inbox", {digest, other}) == {digest: source.name}
    assert names_of_sealed(tmp_path / "none", {digest}) == {}


def sealed_pieces(tmp_path: Path) -> tuple[Path, list[bytes]]:
    source = tmp_path / "answer.xml"
    source.write_bytes(bytes(3 * SEALED_AT_ONCE))
    sealed = seal_file(source, tmp_path, VAULT)
    data = sealed.read_bytes()
    head, _, rest = data.partition(b"\n")
    pieces = []
    while rest:
        length = 4 + int.from_bytes(rest[:4], "big")
        pieces.append(rest[:length])
        rest = rest[length:]
    return sealed, [head + b"\n", *pieces]


@pytest.mark.parametrize("order", [[0, 2, 1, 3], [0, 1, 2], [0, 1, 2, 3, 3], [0, 1, 1, 3]])
def test_pieces_cannot_be_moved_left_out_or_added(tmp_path: Path, order: list[int]) -> None:
    sealed, pieces = sealed_pieces(tmp_path)
    sealed.write_bytes(b"".join(pieces[place] for place in order))
    with pytest.raises(SealBroken):
        whole(sealed, "answer.xml")


def test_a_sealed_file_opens_under_its_own_name_alone(tmp_path: Path) -> None:
    sealed, _ = sealed_pieces(tmp_path)
    with pytest.raises(SealBroken):
        whole(sealed, "other.xml")


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    source = tmp_path / "answer.xml"
    source.write_bytes(bytes(32 * SEALED_AT_ONCE))
    tracemalloc.start()
    for _ in open_file(seal_file(source, tmp_path, VAULT), "answer.xml", VAULT):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * SEALED_AT_ONCE
