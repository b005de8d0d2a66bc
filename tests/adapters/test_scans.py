"""What may be kept as the scan of a paper: pictures and quiet PDFs, told by their content alone."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import ImageFile

from tests import papers
from webapp.adapters import scans
from webapp.adapters.scans import media_type_of
from webapp.domain.errors import UnusableScan


@pytest.mark.parametrize("kind", papers.GOOD)
def test_a_scan_is_known_by_its_content(kind: str) -> None:
    assert media_type_of(papers.GOOD[kind]()) == kind


@pytest.mark.parametrize("what", papers.HOSTILE)
def test_what_is_more_or_less_than_a_paper_is_refused(what: str) -> None:
    make, reason = papers.HOSTILE[what]
    with pytest.raises(UnusableScan) as refused:
        media_type_of(make())
    assert refused.value.reason == reason


def test_half_a_picture_is_refused_whatever_else_the_process_draws(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint does
    with pytest.raises(UnusableScan):
        media_type_of(papers.HOSTILE["half a JPEG"][0]())


def test_an_endless_pdf_is_left_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "MOST_OBJECTS", 4)
    with pytest.raises(UnusableScan):
        media_type_of(papers.pdf(3))


def test_a_page_of_an_ordinary_scanner_is_taken() -> None:
    """A4 at 600 dots an inch."""
    assert media_type_of(papers.picture("PNG", (4_960, 7_016)))


@settings(max_examples=60)
@given(st.sampled_from(list(papers.GOOD.values())), st.data())
def test_any_damage_is_refused_or_harmless_and_never_a_fault_of_ours(make, data) -> None:
    content = bytearray(make())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    for one in (bytes(content), bytes(content[:cut])):
        try:
            assert media_type_of(one) in papers.GOOD
        except UnusableScan as refused:
            assert refused.reason


@settings(max_examples=40)
@given(st.sampled_from(list(scans.BEGINNINGS)), st.binary())
@example(b"%PDF-1.7\n", b"trailer<</Root 1 0 R>>startxref 0 %%EOF")
def test_noise_behind_a_good_beginning_is_refused(beginning: bytes, noise: bytes) -> None:
    with pytest.raises(UnusableScan):
        media_type_of(beginning + noise)
