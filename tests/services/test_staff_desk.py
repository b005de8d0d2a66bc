"""The desk of an agency: it sees its own employers only, and leaves a trace of every look."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from webapp.domain.account_reasons import AccountReason
from webapp.domain.errors import NotFound
from webapp.domain.name_sounds import sounds_of
from webapp.domain.period import Periodicity
from webapp.domain.roles import Scope
from webapp.domain.search_key import search_key
from webapp.models import (
    Agency,
    CorrectionRequest,
    CorrectionStatus,
    CorrectionSubject,
    Employer,
    Event,
    Language,
    Mandate,
    NoticeChannel,
    Subject,
)
from webapp.services.register import load_agencies, save_register
from webapp.services.register_lines import EmployerRecord
from webapp.services.staff.accounts import find_account, show_account
from webapp.services.staff.contacts import ContactChanged, change_contact
from webapp.services.staff.employer_file import open_file
from webapp.services.staff.employers import FOUND_ON_A_PAGE, find_employers
from webapp.services.staff.queues import count_queues
from webapp.services.working_day import WorkingDay

COUNTRY = Scope(None)


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "staff:7")


@dataclass
class Agencies:
    ours: Scope
    other: Scope


@pytest.fixture
def agencies(office: Session) -> Agencies:
    ids = office.scalars(select(Agency.id).order_by(Agency.id).limit(2)).all()
    office.rollback()
    return Agencies(Scope(ids[0]), Scope(ids[1]))


def named(session: Session, name_fr: str, name_ar: str = "") -> int:
    """An employer of that name, as the register brings them in."""
    owner = builders.employer(session)
    owner.name_fr, owner.name_ar = name_fr, name_ar
    owner.search_fr, owner.search_ar = search_key(name_fr), search_key(name_ar)
    owner.sounds = sounds_of(name_ar, name_fr)
    session.commit()
    return owner.id


def found(session: Session, text: str, scope: Scope = COUNTRY) -> list[str]:
    lines, _ = find_employers(session, scope, text)
    return [one.name_fr or one.name_ar for one in lines]


def events(session: Session) -> list[tuple[Subject, int, str, str, str]]:
    rows = session.execute(
        select(Event.subject, Event.subject_id, Event.target, Event.cause, Event.actor)
        .where(Event.actor == "staff:7", Event.target.not_in(("active", "signed")))
        .order_by(Event.id)
    ).all()
    session.rollback()
    return [tuple(row) for row in rows]


# ── finding ──────────────────────────────────────────────────────────────────────────────────


def test_a_member_number_finds_exactly_one(office: Session) -> None:
    wanted = builders.employer(office, member_number="16/204518")
    builders.employer(office, member_number="16/2045189")
    for typed in ("16/204518", " ١٦/٢٠٤٥١٨ "):
        lines, more = find_employers(office, COUNTRY, typed)
        assert [one.id for one in lines] == [wanted.id] and not more


@pytest.mark.parametrize(
    "typed", ["elan", "ÉLAN", "Élan const", "sarl élan", "S.A.R.L. Elan", "elan-construction"]
)
def test_a_name_is_found_by_its_beginning_however_it_is_written(
    office: Session, typed: str
) -> None:
    named(office, "SARL Grand Élan")
    named(office, "SARL Élan Construction")
    named(office, "SARL Grand Sud")
    first, *others = found(office, typed.replace("S.A.R.L.", "SARL"))
    assert first == "SARL Élan Construction"
    assert others in ([], ["SARL Grand Élan"])


@pytest.mark.parametrize("typed", ["أشغال", "اشغال الج", "ش.ذ.م.م أشغال", "أشْغال"])
def test_an_arabic_name_is_found_without_its_hamza_and_harakat(office: Session, typed: str) -> None:
    named(office, "", "ش.ذ.م.م أشغال الجنوب")
    named(office, "", "مؤسسة البناء")
    assert found(office, typed) == ["ش.ذ.م.م أشغال الجنوب"]


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "'", "\x00", "٪", "*", "\U0010ffff"])
def test_what_says_nothing_finds_nobody(office: Session, typed: str) -> None:
    named(office, "SARL Élan")
    assert found(office, typed) == []


def test_names_are_found_page_by_page_without_gap_or_repetition(office: Session) -> None:
    ids = [named(office, f"Batir {n // 3:02}") for n in range(FOUND_ON_A_PAGE + 7)]
    first, more = find_employers(office, COUNTRY, "batir")
    rest, none = find_employers(office, COUNTRY, "batir", first[-1].id)
    assert (len(first), more, len(rest), none) == (FOUND_ON_A_PAGE, True, 7, False)
    assert sorted(one.id for one in first + rest) == sorted(ids)


def test_a_search_by_name_uses_the_index(office: Session) -> None:
    statements: list[tuple[str, object]] = []
    engine = office.get_bind()
    event.listen(
        engine,
        "before_cursor_execute",
        lambda _c, _cur, statement, parameters, *_: statements.append((statement, parameters)),
    )
    if engine.dialect.name == "sqlite":
        find_employers(office, COUNTRY, "elan")
        # The first of two: the names that only sound so are read through, see tests/bench.
        statement, parameters = next(one for one in statements if "search_fr >=" in one[0])
        connection = office.connection()
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        office.rollback()
        assert any("ix_employers_search_fr" in str(step) for step in plan), plan
    else:
        office.connection().exec_driver_sql("SET enable_seqscan = off")
        sql = (
            "EXPLAIN SELECT id FROM employers WHERE search_fr >= 'elan'"
            " AND search_fr < 'elan\U0010ffff' ORDER BY search_fr, id LIMIT 26"
        )
        plan = office.connection().exec_driver_sql(sql).all()
        office.rollback()
        assert any("ix_employers_search_fr" in str(step) for step in plan), plan


def test_a_nif_finds_its_employers_however_it_is_spaced(office: Session) -> None:
    owner = builders.employer(office)
    owner.nif = "000016001234567"
    builders.employer(office)
    office.commit()
    for typed in ("000016001234567", "0000 1600 1234 567", "٠٠٠٠١٦٠٠١٢٣٤٥٦٧"):
        lines, more = find_employers(office, COUNTRY, typed)
        assert [one.id for one in lines] == [owner.id] and not more
    assert find_employers(office, COUNTRY, "00001600123456")[0] == []


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("benali", ("Benali", "بن علي", "ETB Karim Benali")),
        ("ben ali", ("بن علي", "Benali", "ETB Karim Benali")),
        ("بن علي", ("بن علي", "ETB Karim Benali", "Benali")),
        ("karim benali", ("ETB Karim Benali",)),
        ("benali karim", ("ETB Karim Benali",)),
    ],
)
def test_a_name_is_found_by_its_sound_after_those_that_begin_so(
    office: Session, typed: str, names: tuple[str, ...]
) -> None:
    for name_fr, name_ar in (
        ("ETB Karim Benali", ""), ("", "بن علي"), ("Benali", ""), ("Kadri", ""), ("", "بوعلام"),
    ):  # fmt: skip
        named(office, name_fr, name_ar)
    assert found(office, typed) == list(names)


def test_pages_go_on_from_names_that_begin_so_to_names_that_sound_so(office: Session) -> None:
    ids = [named(office, f"Benali {n // 3:02}") for n in range(FOUND_ON_A_PAGE - 5)]
    ids += [named(office, "", f"بن علي {n // 4}") for n in range(FOUND_ON_A_PAGE)]
    seen, after, more = [], None, True
    while more:
        lines, more = find_employers(office, COUNTRY, "benali", after)
        assert 0 < len(lines) <= FOUND_ON_A_PAGE
        seen += [one.id for one in lines]
        after = seen[-1]
    assert sorted(seen) == sorted(ids) and set(seen[:20]) == set(ids[:20])


def test_an_import_of_the_register_keeps_what_a_name_sounds_like(office: Session) -> None:
    record = EmployerRecord(
        "16/77", "", "Kadri", "", "", Language.ARABIC, Periodicity.MONTHLY, NoticeChannel.SMS,
        "0550123456", "", "16", "A16",
    )  # fmt: skip
    for name, other in (("Kadri", "بوشارب"), ("Bouchareb", "قادري")):
        save_register(office, load_agencies(office), [replace(record, name_fr=name)], [])
        assert found(office, {"Kadri": "قادري", "Bouchareb": "بوشارب"}[name]) == [name]
        assert found(office, other) == []


def test_the_employers_of_another_agency_are_not_found(office: Session, agencies: Agencies) -> None:
    owner = builders.employer(office)
    for typed in (owner.member_number, "travaux"):
        assert find_employers(office, agencies.ours, typed)[0]
        assert find_employers(office, agencies.other, typed) == ([], False)
    with pytest.raises(NotFound):
        find_employers(office, agencies.other, "travaux", owner.id)


# ── the file ─────────────────────────────────────────────────────────────────────────────────


def test_opening_a_file_is_an_event(office: Session, day: WorkingDay, agencies: Agencies) -> None:
    owner = builders.employer(office, worksites=3)
    reference = builders.mandate(office, day, owner)
    file = open_file(office, day, builders.VAULT, agencies.ours, owner.id)
    assert (file.member_number, file.worksites) == (owner.member_number, 3)
    assert [one.reference for one in file.mandates] == [reference]
    assert events(office) == [(Subject.EMPLOYER, owner.id, "opened", "file", "staff:7")]


def test_a_file_out_of_scope_is_missing_and_leaves_no_event(
    office: Session, day: WorkingDay, agencies: Agencies
) -> None:
    owner = builders.employer(office)
    for employer_id in (owner.id, 10**9):
        with pytest.raises(NotFound):
            open_file(office, day, builders.VAULT, agencies.other, employer_id)
    assert events(office) == []


@pytest.mark.parametrize("reason", AccountReason)
def test_showing_an_account_is_an_event_with_its_reason(
    office: Session, day: WorkingDay, agencies: Agencies, reason: AccountReason
) -> None:
    owner, rib = builders.employer(office), builders.account()
    reference = builders.mandate(office, day, owner, rib=rib)
    shown = show_account(office, day, builders.VAULT, agencies.ours, reference, reason)
    assert shown.account == rib and rib.digits not in repr(shown)
    mandate = office.scalars(select(Mandate.id)).one()
    assert events(office) == [(Subject.MANDATE, mandate, "account_shown", reason, "staff:7")]


def test_an_account_out_of_scope_is_missing(
    office: Session, day: WorkingDay, agencies: Agencies
) -> None:
    reference = builders.mandate(office, day, builders.employer(office))
    for one in (reference, "KMNOTHING"):
        with pytest.raises(NotFound):
            find_account(office, agencies.other, one)
        with pytest.raises(NotFound):
            show_account(office, day, builders.VAULT, agencies.other, one, AccountReason.BANK_QUERY)
    assert events(office) == []


# ── contacts ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def told() -> list[ContactChanged]:
    return []


def change(
    session: Session,
    day: WorkingDay,
    owner: Employer,
    told: list[ContactChanged],
    phone: str,
    email: str,
    scope: Scope = COUNTRY,
) -> bool:
    def tell(_session: Session, _day: WorkingDay, message: ContactChanged) -> None:
        told.append(message)

    return change_contact(session, day, scope, owner.id, phone, email, tell)


def test_a_contact_that_goes_is_told_of_it(
    office: Session, day: WorkingDay, told: list[ContactChanged]
) -> None:
    owner = builders.employer(office, phone="0550123456", email="a@example.dz")
    assert change(office, day, owner, told, "0660000000", "a@example.dz")
    assert [(one.channel, one.address) for one in told] == [(NoticeChannel.SMS, "0550123456")]
    assert office.scalars(select(Employer.phone)).one() == "0660000000"
    assert [one[2:4] for one in events(office)] == [("contact_changed", "phone")]


def test_the_same_contact_again_tells_nobody(
    office: Session, day: WorkingDay, told: list[ContactChanged]
) -> None:
    owner = builders.employer(office, phone="0550123456")
    assert not change(office, day, owner, told, "0550123456", "")
    assert told == [] and events(office) == []


def test_a_first_contact_has_no_other_to_tell(
    office: Session, day: WorkingDay, told: list[ContactChanged]
) -> None:
    owner = builders.employer(office, phone="")
    assert change(office, day, owner, told, "", "new@example.dz")
    assert told == [] and [one[3] for one in events(office)] == ["email"]


def test_where_nobody_can_be_told_nothing_changes(office: Session, day: WorkingDay) -> None:
    owner = builders.employer(office, phone="0550123456")

    def fail(*_: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        change_contact(office, day, COUNTRY, owner.id, "0660000000", "", fail)
    assert office.scalars(select(Employer.phone)).one() == "0550123456"
    assert events(office) == []


def test_the_contact_of_an_employer_out_of_scope_is_missing(
    office: Session, day: WorkingDay, told: list[ContactChanged], agencies: Agencies
) -> None:
    owner = builders.employer(office)
    with pytest.raises(NotFound):
        change(office, day, owner, told, "0660000000", "", agencies.other)
    assert told == []


# ── queues ───────────────────────────────────────────────────────────────────────────────────


def test_an_agency_counts_what_waits_for_it(
    office: Session, day: WorkingDay, agencies: Agencies
) -> None:
    owner = builders.employer(office)
    office.add_all(
        CorrectionRequest(
            reference=f"r{status}", employer_id=owner.id, subject=CorrectionSubject.NAME,
            status=status, wish=b"", asked_at=day.now, answer=b"",
        )
        for status in CorrectionStatus
    )  # fmt: skip
    office.commit()
    assert count_queues(office, day, agencies.ours).corrections == 1
    assert count_queues(office, day, COUNTRY).corrections == 1
    assert count_queues(office, day, agencies.other).corrections == 0
    assert (
        count_queues(office, day, COUNTRY).papers
        == count_queues(office, day, COUNTRY).messages
        == 0
    )


def test_the_language_of_the_employer_is_that_of_the_warning(
    office: Session, day: WorkingDay, told: list[ContactChanged]
) -> None:
    owner = builders.employer(office, language=Language.FRENCH)
    change(office, day, owner, told, "0660000000", "")
    assert {one.language for one in told} == {Language.FRENCH}
