"""Rules of the check against the official schemas."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.banking.messages import collection, official_schema, written
from webapp.banking.schemas import validate_file
from webapp.domain.errors import SchemaViolation, UnsupportedMessage

ACCOUNT = b"00799999002345678941"
# The lines before the first transaction: declaration, Document, message, GrpHdr, PmtInf and what
# the batch says.
LINES_BEFORE = 6


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "collections.xml"
    path.write_bytes(written([collection(number) for number in range(300)]))
    return path


def spoil(path: Path, old: bytes, new: bytes, times: int = 1) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, times))


@pytest.mark.parametrize("version", ["pain.008.001.08", "pain.008.001.02"])
def test_what_the_writer_writes_passes(tmp_path: Path, version: str) -> None:
    path = tmp_path / "collections.xml"
    path.write_bytes(written([collection()], version))
    validate_file(path, version)


def test_a_fault_is_named_with_its_line_and_element(file: Path) -> None:
    spoil(file, b"<EndToEndId>KD00000250-1</EndToEndId>", b"<EndToEndId></EndToEndId>")
    with pytest.raises(SchemaViolation) as refused:
        validate_file(file)
    assert refused.value.line == LINES_BEFORE + 251
    assert refused.value.detail.startswith("EndToEndId: ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<PmtMtd>DD</PmtMtd>", b""),
        (b"<PmtMtd>DD</PmtMtd>", b"<PmtMtd>TRF</PmtMtd>"),
        (b'Ccy="DZD"', b""),
        (b"129600.00", b"129600.000001"),
        (b"129600.00", b"-1.00"),
        (b"<DtOfSgntr>2026-01-18", b"<DtOfSgntr>18/01/2026"),
        (b"pain.008.001.08", b"pain.008.001.02"),
        (b"<SeqTp>RCUR</SeqTp>", b"<SeqTp>RCUR</SeqTp><Unknown/>"),
        (b"</Document>", b""),
        (b"</PmtInf>", b"</PmtInf"),
    ],
)
def test_what_the_schema_forbids_is_refused(file: Path, old: bytes, new: bytes) -> None:
    spoil(file, old, new)
    with pytest.raises(SchemaViolation):
        validate_file(file)


@pytest.mark.parametrize("length", [0, 1, 100, 5_000, -1, -2, -20])
def test_a_truncated_file_is_refused(file: Path, length: int) -> None:
    data = file.read_bytes()
    file.write_bytes(data.rstrip()[:length])
    with pytest.raises(SchemaViolation):
        validate_file(file)


def test_a_file_that_is_one_long_line_is_checked_too(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"\n", b" "))
    validate_file(file)
    spoil(file, b"KD00000299-1", b"X" * 36)
    with pytest.raises(SchemaViolation) as refused:
        validate_file(file)
    assert refused.value.line == 1


def test_the_fault_never_shows_the_value(file: Path) -> None:
    spoil(file, ACCOUNT, ACCOUNT * 2)
    with pytest.raises(SchemaViolation) as refused:
        validate_file(file)
    assert ACCOUNT.decode() not in str(refused.value)


@given(data=st.data())
def test_the_verdict_is_that_of_the_official_schema_over_the_whole_tree(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = written([collection(number) for number in range(3)])
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 60)))
    changed = whole[:start] + data.draw(st.sampled_from([b"", b"x", b"<Nm>x</Nm>"])) + whole[end:]
    path = tmp_path_factory.getbasetemp() / "changed.xml"
    path.write_bytes(changed)
    try:
        valid = official_schema("pain.008.001.08").validate(etree.fromstring(changed))
    except etree.XMLSyntaxError:
        valid = False
    if valid:
        validate_file(path)
    else:
        with pytest.raises(SchemaViolation):
            validate_file(path)


def test_a_version_without_a_schema_is_refused(file: Path) -> None:
    with pytest.raises(UnsupportedMessage):
        validate_file(file, "pain.008.001.99")
