"""The register of what is kept: each kind once, and every span counted as people count it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webapp.domain.retention import RETENTIONS, Kept, Span, Unit, retention_of

NOW = datetime(2028, 2, 29, 9, 30, tzinfo=UTC)


def test_each_kind_has_one_line() -> None:
    assert [line.kept for line in RETENTIONS] == list(Kept)
    assert all(retention_of(kept).kept is kept for kept in Kept)


@pytest.mark.parametrize("kept", Kept)
def test_what_goes_by_itself_goes_sooner_than_the_fund_s_records(kept: Kept) -> None:
    line = retention_of(kept)
    ten_years = Span(10, Unit.YEARS)
    if line.forgotten:
        assert line.span.before(NOW) > ten_years.before(NOW)
    else:
        assert line.span == ten_years


@pytest.mark.parametrize(
    ("span", "before"),
    [
        (Span(2, Unit.DAYS), datetime(2028, 2, 27, 9, 30, tzinfo=UTC)),
        (Span(90, Unit.DAYS), datetime(2027, 12, 1, 9, 30, tzinfo=UTC)),
        (Span(1, Unit.YEARS), datetime(2027, 2, 28, 9, 30, tzinfo=UTC)),
        (Span(4, Unit.YEARS), datetime(2024, 2, 29, 9, 30, tzinfo=UTC)),
        (Span(10, Unit.YEARS), datetime(2018, 2, 28, 9, 30, tzinfo=UTC)),
    ],
)
def test_a_span_is_counted_back_on_the_calendar(span: Span, before: datetime) -> None:
    assert span.before(NOW) == before


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (Span(1, Unit.DAYS), "1 day"),
        (Span(90, Unit.DAYS), "90 days"),
        (Span(1, Unit.YEARS), "1 year"),
        (Span(10, Unit.YEARS), "10 years"),
    ],
)
def test_a_span_is_told_in_words(span: Span, told: str) -> None:
    assert str(span) == told
