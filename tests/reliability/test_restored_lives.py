"""Random lives of an office that is returned to a backup of any day: nobody is debited twice."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from sqlalchemy import create_engine, update
from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.bank_files import check_bank_files
from tests.reliability.explained import check_explained
from tests.reliability.living_office import LivingOffice
from webapp.database import configure_engine
from webapp.domain.errors import SentNotReconciled
from webapp.domain.facts import Fact
from webapp.domain.obstacles import Obstacle
from webapp.models import Restoration
from webapp.services.backups import restore_backup, take_backup
from webapp.services.reconciling_sent import Reconciliation, reconcile_sent

FAILED = {Fact.REFUSED, Fact.RETURNED}
LIVES = 3
LIVES_IN_TORTURE = 60
DAYS_BEFORE, DAYS_LOST, DAYS_AFTER = 16, 14, 15
# So that most of the first debits are collected, tried again, stopped or come back.
FATES = [(Fact.SETTLED, ""), (Fact.SETTLED, ""), (Fact.REFUSED, "AM04"), (Fact.REFUSED, "AM04"),
         (Fact.REFUSED, "MS03"), (Fact.RETURNED, "AM04"), (Fact.ACCEPTED, "")]  # fmt: skip


@pytest.fixture(scope="module")
def founded(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("restored") / "founded.sqlite3"
    path.write_bytes(migrated_file.read_bytes())
    engine = configure_engine(create_engine(f"sqlite:///{path}"))
    with Session(engine) as session:
        builders.foundations(session)
    engine.dispose()
    return path


class RestoredOffice(LivingOffice):
    """An office whose banks remember what has reached them."""

    def begin(self, chance: random.Random) -> None:
        for number in range(3):
            self.join(2, reachable=True)
            self.sign(number, None, "001" if number else "007", (), covers_arrears=True)
            for _ in range(chance.randint(1, 3)):
                self.file(number, chance.choice([1_000_000, 7_777_777]))

    def live_for_a_day(self, chance: random.Random) -> None:
        self.work_for_a_day(chance.choice(["", "", "", "refused", "power cut after"]))
        if chance.random() < 0.4:
            fact, reason = chance.choice(FATES)
            self.answer(chance.randint(0, 5), fact, reason)

    def back_up(self, folder: Path) -> Path:
        self.session.rollback()
        return take_backup(self.office.url, self.day().moment, folder)[0]

    def return_to(self, path: Path) -> None:
        self.office.journal.path.touch()  # where nothing has left yet, somebody says so
        self.session.close()
        self.engine.dispose()
        restore_backup(
            self.office.url, self.day().moment, "salima", path,
            workplace=self.office.home, force=True,
        )  # fmt: skip

    def reconcile(self) -> Reconciliation:
        return reconcile_sent(
            self.session, self.day("salima"), self.office.journal, self.office.outbox
        )

    def confirm_all(self) -> None:
        while self.in_doubt():
            self.confirm(0)

    def check_the_end(self) -> None:
        check_explained(self.session)
        check_bank_files(self.session, self.office, in_order=False)

    def check_nobody_is_debited_twice(self) -> None:
        """A due reaches a bank again only after the bank has refused or returned it."""
        sent: Counter[str] = Counter()
        presented: defaultdict[str, set[str]] = defaultdict(set)
        for path in self.office.delivered.glob("*/*.xml"):
            assert path.stem in self.postman.arrived
        for line in self.office.journal.read():
            if "end_to_end_id" in line and line["file"] in self.postman.arrived:
                sent[line["end_to_end_id"], line["file"]] += 1
                for due in line["dues"]:
                    presented[due].add(line["end_to_end_id"])
        files = Counter(end_to_end_id for end_to_end_id, _ in sent)
        assert set(files.values()) <= {1}, f"an EndToEndId reached a bank twice: {files}"
        for due, ids in presented.items():
            alive = [one for one in ids if not self.told.get(one, set()) & FAILED]
            assert len(alive) <= 1, f"{due} is asked of the bank twice: {alive}"


def live(founded: Path, folder: Path, seed: int, *, faithful: bool) -> RestoredOffice:
    """A life with a return in it; a faithless office takes the mark away and reconciles nothing."""
    chance = random.Random(seed)
    office = RestoredOffice(founded, folder)
    office.begin(chance)
    for _ in range(chance.randint(1, DAYS_BEFORE)):
        office.live_for_a_day(chance)
    path, told_before = office.back_up(folder), len(office.messages)
    for _ in range(chance.randint(1, DAYS_LOST)):
        office.live_for_a_day(chance)
    office.return_to(path)
    if faithful:
        with pytest.raises(SentNotReconciled):
            office.run()
        office.session.rollback()
        result = office.reconcile()
    else:
        office.session.execute(
            update(Restoration).values(reconciled_at=Restoration.restored_at, reconciled_by="-")
        )
        office.session.commit()
    for message in office.messages[told_before:]:
        office.take_in(message)
        if faithful and not result.done:  # What came back before it left again: one by one.
            assert {one.obstacle for one in result.unmatched} == {Obstacle.ALREADY_SETTLED}
            result = office.reconcile()
    if faithful:
        assert result.done, result.unmatched
        office.confirm_all()
        office.check()
    for _ in range(DAYS_AFTER):
        office.live_for_a_day(chance)
        office.check_nobody_is_debited_twice()
        if faithful:
            office.check()
    if faithful:
        office.check_the_end()
    office.close()
    return office


@pytest.mark.parametrize(
    "seed",
    [
        *range(LIVES),
        *(pytest.param(n, marks=pytest.mark.torture) for n in range(LIVES, LIVES_IN_TORTURE)),
    ],
)
def test_whenever_it_is_restored_nobody_is_debited_twice(
    founded: Path, tmp_path: Path, seed: int
) -> None:
    office = live(founded, tmp_path, seed, faithful=True)
    assert office.postman.arrived or seed >= LIVES


@pytest.mark.torture
def test_without_reconciling_most_lives_debit_somebody_twice(founded: Path, tmp_path: Path) -> None:
    """The planted fault, seen by the very same checks."""
    seen = 0
    for seed in range(LIVES_IN_TORTURE // 5):
        (tmp_path / str(seed)).mkdir()
        try:
            live(founded, tmp_path / str(seed), seed, faithful=False)
        except AssertionError:
            seen += 1
    assert seen > LIVES_IN_TORTURE / 15
