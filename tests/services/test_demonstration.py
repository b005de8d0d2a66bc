"""The demonstration is believable, the same for a seed and day, and alive on every day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.databases import sqlite_copy
from webapp.banking.schemas import validate_file
from webapp.data.loader import load_banks, load_wilayas
from webapp.database import configure_engine
from webapp.domain.banks import check_bank
from webapp.domain.errors import AlreadyDone, NotADemonstration
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    BankFile,
    Debit,
    Declaration,
    Demonstration,
    Due,
    Employer,
    HoldReason,
    Language,
    Mandate,
    Notice,
    NoticeChannel,
    NoticeStatus,
    Run,
    Worksite,
)
from webapp.services.books import verify_books
from webapp.services.demonstration.building import (
    Built,
    build_register,
    find_demonstration,
    load_demonstration,
    story_of,
)
from webapp.services.demonstration.papers import CHANNELS
from webapp.services.demonstration.people import Person
from webapp.services.demonstration.story import ROLES, DemonstrationPlan, cast
from webapp.services.reports import RunReport
from webapp.services.runs import run_due_debits

MONDAY = date(2026, 11, 23)
SMALL = DemonstrationPlan(employers=20, seed=1, day=MONDAY)
DAYS = [
    MONDAY,
    date(2026, 11, 22),  # a Sunday
    date(2026, 11, 27),  # a Friday
    date(2026, 11, 28),  # a Saturday
    date(2026, 11, 1),  # a holiday on a Sunday
    date(2026, 5, 27),  # Eid al-Adha
    date(2026, 3, 21),  # within Eid al-Fitr
    date(2026, 1, 1),
    date(2027, 1, 12),  # Yennayer
    date(2026, 7, 5),
    date(2028, 2, 29),
    date(2026, 8, 30),
]


@contextmanager
def empty_database(migrated: Path, folder: Path) -> Iterator[Session]:
    engine = configure_engine(create_engine(sqlite_copy(migrated, folder)))
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def empty(migrated_file: Path, tmp_path: Path) -> Iterator[Session]:
    with empty_database(migrated_file, tmp_path) as session:
        yield session


def load(session: Session, outbox: Path, plan: DemonstrationPlan = SMALL) -> Built:
    return load_demonstration(session, builders.tools(outbox), plan)


def run(session: Session, outbox: Path, on: date) -> RunReport:
    day = builders.working_day(session, on)
    return run_due_debits(session, day, builders.tools(outbox))


def count(session: Session, *conditions: object) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_on_any_day_the_run_finds_something_to_plan_to_hold_and_to_freeze(
    empty: Session, outbox: Path, on: date
) -> None:
    load(empty, outbox, DemonstrationPlan(20, 1, on))
    announced = count(empty, Debit.status == DebitStatus.ANNOUNCED)
    assert announced >= 10
    assert count(empty, Notice.status != NoticeStatus.ACCEPTED) == 0
    held = count(empty, Debit.status == DebitStatus.HELD)
    assert count(empty, BankFile.id.is_not(None)) == 0
    empty.commit()
    report = run(empty, outbox, on)
    assert report.phases["planned"] > 0
    assert report.phases["frozen"] >= announced / 2
    assert report.debits["held"].count > held
    assert sum(place.centimes for place in report.places.values()) == report.declared.centimes
    assert report.files
    for file in report.files:
        validate_file(outbox / f"{file.reference}.xml")


def test_two_databases_tell_the_same_story_to_the_byte(migrated_file: Path, tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        outbox = tmp_path / name
        outbox.mkdir()
        with empty_database(migrated_file, outbox) as session:
            built = load(session, outbox)
            report = run(session, outbox, MONDAY)
        files = {path.name: path.read_bytes() for path in sorted(outbox.glob("*.xml"))}
        told.append((built, report, files))
    assert told[0] == told[1]
    assert len(told[0][2]) == 2


def test_another_seed_tells_another_story() -> None:
    records = [Person(seed, 0).record for seed in range(5)]
    assert len({record.member_number for record in records}) == 5


def test_once_there_it_stays_as_it_is(empty: Session, outbox: Path) -> None:
    load(empty, outbox)
    runs = count(empty, Run.id.is_not(None))
    empty.commit()
    assert load(empty, outbox) == Built()
    assert count(empty, Run.id.is_not(None)) == runs
    empty.commit()
    with pytest.raises(AlreadyDone):
        load(empty, outbox, DemonstrationPlan(20, 2, MONDAY))
    assert find_demonstration(empty) == SMALL


def test_one_that_was_interrupted_is_completed(
    migrated_file: Path, tmp_path: Path, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with empty_database(migrated_file, tmp_path) as session:
        whole = load(session, outbox)
    filed = 0

    def file_twice(*arguments: object) -> object:
        nonlocal filed
        filed += 1
        if filed > 2:
            raise KeyboardInterrupt
        return original(*arguments)  # type: ignore[arg-type]

    from webapp.services.demonstration import building

    original = building.file_declarations
    with empty_database(migrated_file, tmp_path) as session:
        monkeypatch.setattr(building, "file_declarations", file_twice)
        with pytest.raises(KeyboardInterrupt):
            load(session, outbox)
        monkeypatch.setattr(building, "file_declarations", original)
        rest = load(session, outbox)
        assert (rest.employers, rest.mandates, rest.runs) == (0, 0, whole.runs)
        assert count(session, Declaration.id.is_not(None)) == whole.declarations
        assert 0 < rest.declarations < whole.declarations


def test_a_database_that_holds_anything_else_is_refused(office: Session, outbox: Path) -> None:
    builders.employer(office)
    with pytest.raises(NotADemonstration):
        load(office, outbox)
    assert count(office, Demonstration.id.is_not(None)) == 0


def test_the_register_alone_waits_for_its_runs(empty: Session, outbox: Path) -> None:
    built = build_register(empty, builders.VAULT, SMALL)
    assert (built.employers, built.runs) == (20, 0)
    assert count(empty, Debit.id.is_not(None)) == 0
    empty.commit()
    story = story_of(empty, SMALL)
    assert run(empty, outbox, story.run_days[0]).phases["announced"] >= 10
    assert run(empty, outbox, MONDAY).phases["frozen"] >= 10


@pytest.fixture(scope="module")
def village(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A demonstration of two hundred employers, up to the eve of its run."""
    folder = tmp_path_factory.mktemp("village")
    with empty_database(migrated_file, folder) as session:
        load(session, folder, DemonstrationPlan(200, 1, MONDAY))
        yield session


def test_both_languages_all_ways_of_notice_and_a_third_postal_accounts(village: Session) -> None:
    employers = village.scalars(select(Employer)).all()
    languages = Counter(employer.language for employer in employers)
    assert languages[Language.ARABIC] > languages[Language.FRENCH] > 20
    assert set(NoticeChannel) == {employer.notice_channel for employer in employers}
    assert all(employer.name_ar or employer.name_fr for employer in employers)
    assert {employer.wilaya_code for employer in employers} <= set(load_wilayas())
    postal = count(village, Mandate.bank_code == "007")
    assert 0.2 < postal / count(village, Mandate.id.is_not(None)) < 0.45
    village.commit()


def test_accounts_have_their_key_and_belong_to_banks_that_work(village: Session) -> None:
    for number in range(500):
        bank, warnings = check_bank(Person(1, number).account(), load_banks())
        assert bank is not None
        assert warnings == ()
    assert set(village.scalars(select(Mandate.bank_code))) <= set(load_banks())
    village.commit()


def test_the_funds_accounts_have_valid_keys() -> None:
    """Domestic accounts with the check digits that an IBAN would have."""
    from webapp.domain.rib import Rib

    for channel in CHANNELS:
        account = channel.creditor_account
        assert Rib.parse(account[4:]).bank == channel.creditor_agent
        turned = account[4:] + account[:4]
        assert int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def test_worksites_are_one_to_twelve_and_three_on_average() -> None:
    counts = [len(Person(1, number).workers) for number in range(3_000)]
    assert (min(counts), max(counts)) == (1, 12)
    assert 2.8 < sum(counts) / len(counts) < 3.4


def test_references_of_mandates_never_come_twice() -> None:
    references = {Person(1, n).mandate_reference(which) for n in range(20_000) for which in (0, 1)}
    assert len(references) == 40_000


def test_nobody_is_reachable_for_real(village: Session) -> None:
    """Numbers that no operator gives, addresses of the domain for examples."""
    for employer in village.scalars(select(Employer)):
        assert employer.phone == "" or employer.phone.startswith(("0500", "0600", "0700"))
        assert employer.email == "" or employer.email.endswith(".example")
    village.commit()


def test_every_role_is_played(village: Session) -> None:
    plan = DemonstrationPlan(200, 1, MONDAY)
    assert set(cast(plan)) == set(ROLES)
    assert len(cast(plan)) == 200
    unsigned = count(village, Employer.id.not_in(select(Mandate.employer_id)))
    silent = count(village, Employer.id.not_in(select(Declaration.employer_id)))
    late = count(village, Due.legal_due_on < MONDAY, Due.kind == "contribution")
    assert min(unsigned, silent, late) > 0
    reasons = set(village.scalars(select(Debit.hold_reason).where(Debit.hold_reason.is_not(None))))
    assert reasons == {HoldReason.OVER_CEILING, HoldReason.NO_CONTACT}
    assert count(village, Mandate.is_default.is_(False)) > 0
    village.commit()


@pytest.mark.parametrize("employers", [1, 2, 5, 13])
def test_the_smallest_demonstrations_work_too(empty: Session, outbox: Path, employers: int) -> None:
    load(empty, outbox, DemonstrationPlan(employers, 1, MONDAY))
    assert count(empty, Employer.id.is_not(None)) == employers
    assert count(empty, Worksite.id.is_not(None)) >= employers
    empty.commit()
    assert run(empty, outbox, MONDAY).phases["frozen"] > 0


def test_its_books_balance_before_the_run(village: Session) -> None:
    verify_books(village)
    village.commit()
