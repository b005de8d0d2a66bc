"""Reminders of a declaration: ten days, three days and no day before its deadline, never after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.accounts import selects
from tests.services.newsroom import everything_told, tell_on
from webapp.domain.declaring import DeclaringPlace
from webapp.domain.period import Period, Periodicity
from webapp.models import DeclaringTerm, Employer, Message, News, NoticeChannel
from webapp.services.news import telling
from webapp.services.news.reminders import REMINDERS
from webapp.services.transactions import transaction

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OCTOBER = Period.parse("2026-10")
DEADLINE = date(2026, 11, 30)
TEN, THREE = DEADLINE - timedelta(days=10), DEADLINE - timedelta(days=3)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def owner(office: Session) -> Employer:
    owner = builders.employer(office)
    office.refresh(owner)
    office.expunge(owner)
    office.rollback()
    return owner


def term(office: Session, owner: Employer, periodicity: Periodicity, place: DeclaringPlace) -> None:
    office.add(
        DeclaringTerm(
            employer_id=owner.id, from_month="2026-07", periodicity=periodicity, place=place,
            set_by="staff:1", set_at=datetime(2026, 7, 1, tzinfo=UTC),
        )
    )  # fmt: skip
    office.commit()


def test_each_reminder_goes_out_once_on_its_day(office: Session, owner: Employer) -> None:
    told = {
        on: tell_on(office, on)
        for days in range(14, -2, -1)
        for on in [DEADLINE - timedelta(days=days)] * 2
        if tell_on(office, on)
    }
    assert told == {TEN: 0, THREE: 0, DEADLINE: 0}, "told at once, and not a second time"
    messages = everything_told(office)
    assert {one.kind for one in messages} == {"declaration_due"}
    assert [one.values["last_day"] for one in messages] == [False, False, True]
    assert {one.employer_id for one in messages} == {owner.id}
    for one in messages:
        assert one.values["period"] == OCTOBER and one.values["deadline"] == DEADLINE
    assert office.scalars(select(News.key).order_by(News.id)).all() == [
        f"declaration:{owner.id}:2026-10:{days}" for days in (10, 3, 0)
    ]


@ON_SQLITE
def test_after_filing_nobody_is_reminded(office: Session, owner: Employer) -> None:
    tell_on(office, TEN)
    builders.declaration(office, builders.working_day(office, TEN), owner)
    for on in (TEN + ONE_DAY, THREE, DEADLINE):
        assert tell_on(office, on) == 0


@ON_SQLITE
@pytest.mark.parametrize(
    ("on", "days"), [(TEN + ONE_DAY, 10), (THREE - ONE_DAY, 10), (THREE + ONE_DAY, 3)]
)
def test_after_missed_runs_the_latest_reminder_alone_goes_out(
    office: Session, owner: Employer, on: date, days: int
) -> None:
    assert tell_on(office, on) == 1
    assert office.scalars(select(News.key)).all() == [f"declaration:{owner.id}:2026-10:{days}"]


@ON_SQLITE
def test_a_reminder_is_of_no_use_after_the_deadline(office: Session, owner: Employer) -> None:
    tell_on(office, DEADLINE)
    # Midnight in Algiers.
    assert office.scalars(select(Message.expires_at)).one() == datetime(
        2026, 11, 30, 23, tzinfo=UTC
    )


@ON_SQLITE
def test_whoever_declares_quarters_is_reminded_of_quarters(
    office: Session, owner: Employer
) -> None:
    term(office, owner, Periodicity.QUARTERLY, DeclaringPlace.HERE)
    assert tell_on(office, DEADLINE) == 0
    # The third quarter ends on 30 September; thirty days later is a Friday, where no bank works.
    assert tell_on(office, date(2026, 10, 30)) == 1
    (message,) = everything_told(office)
    assert message.values["period"] == Period.parse("2026-Q3")
    assert message.values["deadline"] == date(2026, 11, 2)


@ON_SQLITE
def test_nobody_is_reminded_of_what_the_old_portal_takes(office: Session, owner: Employer) -> None:
    term(office, owner, Periodicity.MONTHLY, DeclaringPlace.PORTAL)
    assert [tell_on(office, on) for on in (TEN, THREE, DEADLINE)] == [0, 0, 0]


@ON_SQLITE
def test_of_two_open_months_whoever_is_new_is_asked_for_the_last_alone(
    office: Session, late_for_free: None
) -> None:
    """Thirty days after January it is March: both January and February are open."""
    owner, on = builders.employer(office), date(2027, 3, 2)
    assert tell_on(office, on) == 0
    builders.declaration(office, builders.working_day(office, on), owner, period="2026-12")
    assert tell_on(office, on) == 1, "who has begun is expected to go on"
    assert everything_told(office)[0].values["period"] == Period.parse("2027-01")


def test_whoever_wishes_quiet_is_not_reminded_now_or_later(
    office: Session, owner: Employer
) -> None:
    office.get_one(Employer, owner.id).quiet = True
    office.commit()
    assert tell_on(office, TEN) == 0
    office.get_one(Employer, owner.id).quiet = False
    office.commit()
    assert tell_on(office, TEN) == 0, "what was silenced is not made up for"
    assert tell_on(office, THREE) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("channel", "phone"), [(NoticeChannel.PORTAL, "0550123456"), (NoticeChannel.SMS, "")]
)
def test_in_the_space_alone_a_message_has_arrived_at_once(
    office: Session, channel: NoticeChannel, phone: str
) -> None:
    builders.employer(office, notice_channel=channel, phone=phone)
    assert tell_on(office, TEN) == 1
    (message,) = everything_told(office)
    assert (message.channel.value, message.status.value, message.address) == (
        "portal", "accepted", "",
    )  # fmt: skip


def test_killed_between_two_portions_the_next_one_goes_on(
    office: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners = [builders.employer(office).id for _ in range(5)]
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    written, whole = [], telling.tell_all

    def die(*arguments: object) -> int:
        if len(written) == 1:
            raise KeyboardInterrupt
        written.append(1)
        return whole(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(telling, "tell_all", die)
        tell_on(office, TEN)
    assert sorted(office.scalars(select(News.employer_id))) == owners[:2]
    assert [one.employer_id for one in everything_told(office)] == owners[:2]
    assert tell_on(office, TEN) == 3
    assert [one.employer_id for one in everything_told(office)] == owners


def test_the_key_alone_keeps_what_two_have_found_from_being_told_twice(
    office: Session, owner: Employer
) -> None:
    day = builders.working_day(office, TEN)
    found = REMINDERS.read(office, day, owner.id, owner.id)
    office.rollback()
    made = []
    for _ in range(2):
        with transaction(office):
            made.append(telling.write_items(office, day, builders.VAULT, found))
    assert (len(found), made, len(everything_told(office))) == (1, [1, 0], 1)


@ON_SQLITE
def test_many_employers_take_no_more_questions_than_one(office: Session) -> None:
    asked = []
    for more, days in ((1, 10), (30, 3)):
        for _ in range(more):
            builders.employer(office)
        on = DEADLINE - timedelta(days=days)
        asked.append(selects(office, lambda on=on: tell_on(office, on)))  # type: ignore[misc]
    assert asked[0] == asked[1]
    assert len(everything_told(office)) == 32
