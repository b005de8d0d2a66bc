"""What the sent journal is told before a file leaves, and how it is read back.

The journal grew: lines of earlier versions lack what `late` and `told` say, and who froze and
approved the file. They are read all the same; references tell the channel, the days and the
mandate, for they are derived from them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session, aliased

from webapp.models import Attempt, Debit, DebitLine, Due, Notice
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

ATTEMPTS_AT_ONCE = 2_000
FILE = re.compile(r"KHATWA-(?P<channel>.+)-(?P<day>\d{8})-(?P<sequence>\d+)")
ATTEMPT = re.compile(r"(?P<debit>(?P<mandate>.+)-(?P<day>\d{6})-\d+)-(?P<number>\d+)")
SOMEBODY = "sent-journal"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as the journal knows it. Its own parts are read from its reference."""

    reference: str
    channel: str
    collect_on: date
    sequence: int
    sha256: str
    count: int
    total: int
    at: datetime
    frozen_by: str
    approved_by: str

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Self:
        """Raises ValueError for a reference that is none of ours."""
        parts = FILE.fullmatch(line["file"])
        if parts is None:
            raise ValueError(line["file"])
        return cls(
            reference=line["file"],
            channel=parts["channel"],
            collect_on=datetime.strptime(parts["day"], "%Y%m%d").date(),  # noqa: DTZ007
            sequence=int(parts["sequence"]),
            sha256=line["sha256"],
            count=line["count"],
            total=line["total_centimes"],
            at=datetime.fromisoformat(line["at"]),
            frozen_by=line.get("frozen_by", "scheduler"),
            approved_by=line.get("approved_by", SOMEBODY),
        )


@dataclass(frozen=True, slots=True)
class SentAttempt:
    """One presentation as the journal knows it: the amount, in centimes, and its dues' keys.

    `late`: the surcharges and penalties among the dues, with all that makes them anew. `told`: the
    version of the notice that the employer had got, and the day. `earlier`: the files in which it
    had left before, and that counted as lost.
    """

    file: str
    end_to_end_id: str
    debit: str
    mandate: str
    planned_for_on: date
    number: int
    amount: int
    dues: tuple[str, ...]
    late: Mapping[str, Mapping[str, Any]]
    told: tuple[int, date] | None
    earlier: tuple[str, ...] = ()

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Self:
        """Raises ValueError for a reference that is none of ours."""
        parts = ATTEMPT.fullmatch(line["end_to_end_id"])
        if parts is None:
            raise ValueError(line["end_to_end_id"])
        told = line.get("told")
        return cls(
            file=line["file"],
            end_to_end_id=line["end_to_end_id"],
            debit=parts["debit"],
            mandate=parts["mandate"],
            planned_for_on=datetime.strptime(parts["day"], "%y%m%d").date(),  # noqa: DTZ007
            number=int(parts["number"]),
            amount=line["amount_centimes"],
            dues=tuple(line["dues"]),
            late={one["key"]: one for one in line.get("late", ())},
            told=(told[0], date.fromisoformat(told[1])) if told else None,
        )


def journal_lines(
    session: Session, day: WorkingDay, file: Row[*tuple[Any, ...]]
) -> Iterator[Mapping[str, Any]]:
    """What a restored database must be told: the file, and the dues behind each EndToEndId."""
    yield {
        "file": file.reference,
        "sha256": file.sha256,
        "count": file.transactions,
        "total_centimes": file.total_centimes,
        "at": day.now.isoformat(),
        "frozen_by": file.frozen_by,
        "approved_by": file.approved_by,
    }
    last = 0
    while True:
        with reading(session):
            rows = _attempts(session, file.id, last)
            dues = _dues(session, [row.debit_id for row in rows])
        for row in rows:
            yield _line(file.reference, row, dues[row.debit_id])
        if not rows:
            return
        last = rows[-1].id


def stayed_line(file: Row[*tuple[Any, ...]], day: WorkingDay) -> Mapping[str, Any]:
    """It is certain that no byte of the file has left, after the journal was told that it would."""
    return {"file": file.reference, "stayed": True, "at": day.now.isoformat()}


def reversal_line(row: Row[*tuple[Any, ...]], sha256: str, day: WorkingDay) -> Mapping[str, Any]:
    """A reversal is about to leave; after a return to a backup it does not leave again."""
    return {
        "reversal": row.reference,
        "of": row.end_to_end_id,
        "amount_centimes": row.amount_centimes,
        "sha256": sha256,
        "at": day.now.isoformat(),
    }


def stayed_reversal_line(reference: str, day: WorkingDay) -> Mapping[str, Any]:
    """It is certain that no byte of the reversal has left."""
    return {"reversal": reference, "stayed": True, "at": day.now.isoformat()}


def sent_reversals(lines: Iterable[Mapping[str, Any]]) -> set[str]:
    """The references of the reversals that may have left."""
    left: set[str] = set()
    for line in lines:
        if "reversal" in line:
            (left.discard if line.get("stayed") else left.add)(line["reversal"])
    return left


def set_aside_line(end_to_end_id: str, day: WorkingDay) -> Mapping[str, Any]:
    """Somebody answers for what was sent and cannot be matched with a restored database."""
    return {"set_aside": end_to_end_id, "by": day.actor, "at": day.now.isoformat()}


def sent_files(lines: Iterable[Mapping[str, Any]]) -> tuple[dict[str, SentFile], set[str]]:
    """The files that may have left, without their attempts, and the EndToEndIds set aside.

    What an interrupted append left of a file is not there: a file leaves when all of its lines
    are on disk. Of one that was journalled twice the last time counts. Raises ValueError.
    """
    files: dict[str, SentFile] = {}
    seen: Counter[str] = Counter()
    aside: set[str] = set()
    for line in lines:
        if "reversal" in line:
            continue
        if "set_aside" in line:
            aside.add(line["set_aside"])
        elif "end_to_end_id" in line:
            seen[line["file"]] += 1
        else:
            files.pop(line["file"], None)
            seen.pop(line["file"], None)
            if not line.get("stayed"):
                files[line["file"]] = SentFile.of(line)
    return {name: file for name, file in files.items() if seen[name] == file.count}, aside


def attempts_in(lines: Iterable[Mapping[str, Any]], files: Container[str]) -> Iterator[SentAttempt]:
    """The attempts of these files, as often as they were journalled. Raises ValueError."""
    for line in lines:
        if "end_to_end_id" in line and line["file"] in files:
            yield SentAttempt.of(line)


def _attempts(session: Session, file_id: int, after: int) -> Sequence[Row[*tuple[Any, ...]]]:
    told = and_(Notice.debit_id == Debit.id, Notice.version == Debit.notice_version)
    return session.execute(
        select(
            Attempt.id,
            Attempt.end_to_end_id,
            Attempt.amount_centimes,
            Attempt.debit_id,
            Notice.version,
            Notice.accepted_on,
        )
        .join(Debit, Debit.id == Attempt.debit_id)
        .outerjoin(Notice, told)
        .where(Attempt.bank_file_id == file_id, Attempt.id > after)
        .order_by(Attempt.id)
        .limit(ATTEMPTS_AT_ONCE)
    ).all()


def _dues(
    session: Session, debit_ids: Sequence[int]
) -> defaultdict[int, list[Row[*tuple[Any, ...]]]]:
    """The dues in the live lines of each debit, in their order."""
    about = aliased(Due)
    found: defaultdict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    rows = session.execute(
        select(DebitLine.debit_id, Due.__table__, about.origin_key.label("about"))
        .join(Due, Due.id == DebitLine.due_id)
        .outerjoin(about, about.id == Due.about_due_id)
        .where(DebitLine.debit_id.in_(debit_ids), DebitLine.freed_at.is_(None))
        .order_by(DebitLine.id)
    )
    for row in rows:
        found[row.debit_id].append(row)
    return found


def _line(
    file: str, row: Row[*tuple[Any, ...]], dues: Sequence[Row[*tuple[Any, ...]]]
) -> Mapping[str, Any]:
    late = [
        {
            "key": due.origin_key,
            "about": due.about,
            "kind": due.kind.value,
            "amount_centimes": due.amount_centimes,
            "base_centimes": due.base_centimes,
            "rate": due.rate,
            "step": due.step,
            "collect_from_on": due.collect_from_on.isoformat(),
        }
        for due in dues
        if due.step is not None
    ]
    told = [row.version, row.accepted_on.isoformat()] if row.accepted_on else None
    return {
        "file": file,
        "end_to_end_id": row.end_to_end_id,
        "amount_centimes": row.amount_centimes,
        "dues": [due.origin_key for due in dues],
        **({"late": late} if late else {}),
        **({"told": told} if told else {}),
    }
