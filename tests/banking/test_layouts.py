"""Rules of every layout of bank files, and of how they are found."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.banking.messages import batch, collection
from webapp.banking import layouts as package
from webapp.banking.collections import Collection
from webapp.banking.layouts import layout_named, layouts
from webapp.banking.layouts.layout import Layout
from webapp.banking.names import name_for_bank
from webapp.domain.channel_terms import DEFAULT_LAYOUT, NameProfile
from webapp.domain.errors import (
    InvalidAmount,
    InvalidInput,
    SchemaViolation,
    TotalsDiffer,
    UnsupportedMessage,
)
from webapp.domain.money import LARGEST_AMOUNT, Centimes

GOLDEN = Path(__file__).parent.parent / "golden" / "bank_files"
NAMES = list(layouts())
HELD = [
    collection(1),
    collection(2, debtor_name="شركة\u202e الأطلس للأشغال\u200f", remittance=""),
    collection(3, amount=LARGEST_AMOUNT, end_to_end_id="X" * 35, mandate_reference="M" * 35),
    collection(4, amount=Centimes(1), debtor_name="Ets <Frères> & Fils \"Z\" 'é'"),
]
ANY_TEXT = st.text(st.characters(codec=None), max_size=150)


def written(layout: Layout, held: list[Collection], **changes: Any) -> bytes:
    out = io.BytesIO()
    layout.write(out, batch(held, **changes), held)
    return out.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_the_bytes_that_it_always_had(name: str) -> None:
    """What a bank has agreed to never changes: not one byte, whatever is built around it."""
    layout = layout_named(name)
    golden = GOLDEN / f"{name}{layout.suffix}"
    assert written(layout, HELD) == golden.read_bytes()
    layout.validate(golden)


def test_the_default_comes_first_and_an_unknown_layout_is_refused() -> None:
    assert NAMES == [DEFAULT_LAYOUT, "csv1", "pain.008.001.02"]
    assert all(len(name) <= 20 for name in NAMES)  # as long as the columns that keep it
    with pytest.raises(UnsupportedMessage):
        layout_named("cfonb160")


def test_a_banks_own_layout_is_one_more_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpa_own.py").write_text(
        "from dataclasses import replace\n"
        "from webapp.banking.layouts.csv1 import LAYOUT as CSV\n"
        "LAYOUT = replace(CSV, name='cpa', suffix='.txt')\n"
    )
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "webapp.banking.layouts.cpa_own", raising=False)
    layouts.cache_clear()
    try:
        assert layout_named("cpa").suffix == ".txt"
    finally:
        layouts.cache_clear()
        sys.modules.pop("webapp.banking.layouts.cpa_own", None)


@pytest.mark.parametrize("name", NAMES)
@given(drawn=st.lists(st.tuples(ANY_TEXT, ANY_TEXT, st.integers(1, 10**13)), min_size=1))
@pytest.mark.parametrize("profile", NameProfile)
def test_any_name_in_any_profile_makes_a_valid_file_twice_the_same(
    name: str, profile: NameProfile, drawn: list[tuple[str, str, int]], tmp_path_factory: Any
) -> None:
    layout = layout_named(name)
    held = [
        collection(
            number,
            debtor_name=name_for_bank(text, profile, otherwise=f"KM{number}"),
            remittance=remittance,
            amount=Centimes(amount),
        )
        for number, (text, remittance, amount) in enumerate(drawn)
    ]
    data = written(layout, held)
    assert data == written(layout, held)
    path = tmp_path_factory.getbasetemp() / f"any{layout.suffix}"
    path.write_bytes(data)
    layout.validate(path)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount": 0}, InvalidAmount),
        ({"amount": -1}, InvalidAmount),
        ({"amount": LARGEST_AMOUNT + 1}, InvalidAmount),
        ({"mandate_reference": ""}, InvalidInput),
        ({"end_to_end_id": "KD\n1"}, InvalidInput),
        ({"end_to_end_id": "X" * 36}, InvalidInput),
        ({"debtor_name": "\u200f \u202e"}, InvalidInput),
    ],
)
def test_a_faulty_collection_is_refused(
    name: str, changes: dict[str, Any], error: type[Exception]
) -> None:
    held = [collection(1), collection(2, **changes)]
    with pytest.raises(error):
        written(layout_named(name), held, total=Centimes(1))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("changes", [{"count": 5}, {"count": 3}, {"total": Centimes(1)}])
def test_a_file_that_does_not_add_up_is_refused(name: str, changes: dict[str, Any]) -> None:
    with pytest.raises(TotalsDiffer):
        written(layout_named(name), HELD, **changes)


@pytest.mark.parametrize("name", NAMES)
def test_no_file_is_written_for_nothing(name: str) -> None:
    with pytest.raises(InvalidInput):
        written(layout_named(name), [])


@pytest.mark.parametrize("name", NAMES)
def test_collections_flow_and_are_not_gathered(name: str) -> None:
    held = [collection(number) for number in range(2_000)]
    out, sizes = io.BytesIO(), set()

    def flowing() -> Iterator[Collection]:
        for one in held:
            sizes.add(out.tell())
            yield one

    layout_named(name).write(out, batch(held), flowing())
    assert len(sizes) > 3


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cut", [1, 10, 300])
def test_a_file_that_was_cut_is_not_valid(name: str, cut: int, tmp_path: Path) -> None:
    layout = layout_named(name)
    path = tmp_path / "cut"
    path.write_bytes(written(layout, HELD)[:-cut].rstrip(b"\r\n")[:-1])
    with pytest.raises(SchemaViolation):
        layout.validate(path)
