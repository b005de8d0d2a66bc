"""An office that is returned to a backup, and what must never happen to those who paid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lxml import etree
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.postman import Postman
from tests.services.collecting import Desk
from webapp.adapters.transports import FolderTransport
from webapp.domain.moment import Moment
from webapp.services.backups import Manifest, restore_backup, take_backup
from webapp.services.bank_files import send_bank_files
from webapp.services.reconciling_sent import Reconciliation, reconcile_sent

CHANNELS = ("BNA", "POST")
END_TO_END = "{*}PmtId/{*}EndToEndId"


@dataclass
class Station:
    """A desk on a database that can be backed up and returned to; the post is outside of it."""

    desk: Desk
    url: str

    def __post_init__(self) -> None:
        folders = {name: FolderTransport(self.desk.drop) for name in CHANNELS}
        self.postman = Postman(folders)
        self.dues_of: dict[str, list[str]] = {}

    @property
    def session(self) -> Session:
        return self.desk.session

    def back_up(self, name: str) -> Path:
        self.session.rollback()
        path, _ = take_backup(self.url, self._moment(), self.desk.folder / name)
        return path

    def restore(self, path: Path) -> Manifest:
        engine = self.session.get_bind().engine
        self.session.close()
        engine.dispose()
        manifest = restore_backup(
            self.url, self._moment(), "salima", path, workplace=self.desk.folder, force=True
        )
        engine.dispose()
        self.session.expunge_all()
        assert make_url(self.url).drivername.partition("+")[0] == manifest.engine
        return manifest

    def reconcile(self) -> Reconciliation:
        day = builders.working_day(self.session, self.desk.on, "salima")
        return reconcile_sent(self.session, day, self.desk.journal, self.desk.outbox)

    def send(self) -> list[str]:
        day = builders.working_day(self.session, self.desk.on)
        transports = {name: self.postman.to(name) for name in CHANNELS}
        return send_bank_files(self.session, day, self.desk.outbox, transports, self.desk.journal)

    def work(self, on: date) -> None:
        """A day of the office: a run, an approval, a sending."""
        self.desk.run(on)
        self.desk.approve()
        self.send()

    def work_for_weeks(self, first: date, last: date) -> None:
        day = builders.working_day(self.session, first)
        for on in builders.bank_days(day, first, last):
            self.work(on)

    def check_nobody_is_debited_twice(self) -> None:
        """In what really lies at the banks: no EndToEndId twice, and no due in two of them."""
        at_the_bank = [
            reference
            for path in sorted(self.desk.drop.glob("*.xml"))
            for found in etree.parse(path).iterfind(".//{*}DrctDbtTxInf")
            if (reference := found.findtext(END_TO_END))
        ]
        assert len(at_the_bank) == len(set(at_the_bank)), "an EndToEndId reached a bank twice"
        presented: defaultdict[str, set[str]] = defaultdict(set)
        for line in self.desk.journal.read():
            if line.get("end_to_end_id") in set(at_the_bank):
                for due in line["dues"]:
                    presented[due].add(line["end_to_end_id"])
        twice = {due: ids for due, ids in presented.items() if len(ids) > 1}
        assert not twice, f"dues that reached a bank twice: {twice}"

    def _moment(self) -> Moment:
        return Moment.morning_of(self.desk.on)
