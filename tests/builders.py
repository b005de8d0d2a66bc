"""One valid row or value each, of which a test overrides what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.adapters.messages import Delivery, Sent
from webapp.adapters.vault import Vault
from webapp.data.loader import load_reasons
from webapp.domain.moment import Moment
from webapp.domain.money import Centimes
from webapp.domain.period import Period, Periodicity
from webapp.domain.rib import Rib
from webapp.domain.rules import CollectionRules
from webapp.models import Agency, Employer, Language, LateKind, LateRule, NoticeChannel, Worksite
from webapp.services.declarations import Filing, WorksiteWages, file_declaration
from webapp.services.mandates import Signature, sign_mandate
from webapp.services.notices import NoticeToSend
from webapp.services.reference_data import NewChannel, load_reference_data, open_channel
from webapp.services.runs import RunTools
from webapp.services.working_day import WorkingDay, load_calendar

VAULT = Vault({"k1": bytes(range(64))}, "k1", bytes(range(32)))
DEMONSTRATION_ACCOUNT = "DZ4000400174401001050486"
numbers = count(1)


@dataclass
class Provider:
    """A sender of notices that remembers them and answers as the test says."""

    answer: Delivery = Delivery.ACCEPTED
    sent: list[NoticeToSend] = field(default_factory=list)

    def __call__(self, notice: NoticeToSend) -> Sent:
        self.sent.append(notice)
        return Sent(self.answer)


def working_day(session: Session, on: date, actor: str = "scheduler") -> WorkingDay:
    return WorkingDay(Moment.morning_of(on), load_calendar(session), CollectionRules(), actor)


def tools(outbox: Path, provider: Provider | None = None) -> RunTools:
    return RunTools(VAULT, outbox, provider or Provider(), load_reasons())


def foundations(session: Session) -> None:
    """Rates, closed days, agencies and two channels: the post for 007, a bank for the others."""
    load_reference_data(session, range(2026, 2029))
    open_channel(
        session,
        VAULT,
        NewChannel(
            code="BNA",
            institution_fr="Banque Nationale d'Algérie",
            institution_ar="البنك الوطني الجزائري",
            creditor_agent="001",
            creditor_account=DEMONSTRATION_ACCOUNT,
            banks=(),
        ),
    )
    open_channel(
        session,
        VAULT,
        NewChannel(
            code="POST",
            institution_fr="Algérie Poste",
            institution_ar="بريد الجزائر",
            creditor_agent="007",
            creditor_account=Rib.of("007", "99999", "0000000001").digits,
            banks=("007",),
        ),
    )


def late_rules(session: Session) -> None:
    """5 % for late payment; 15 % for a late declaration, then 5 % a month."""
    session.execute(delete(LateRule))
    always = {"valid_from": date(2015, 1, 1), "valid_until": None}
    session.add_all(
        [
            LateRule(kind=LateKind.SURCHARGE, at_once=5_000, monthly=0, **always),
            LateRule(kind=LateKind.PENALTY, at_once=15_000, monthly=5_000, **always),
        ]
    )
    session.commit()


def employer(
    session: Session,
    *,
    member_number: str | None = None,
    worksites: int = 1,
    notice_channel: NoticeChannel = NoticeChannel.SMS,
    phone: str = "0550123456",
    email: str = "",
    language: Language = Language.ARABIC,
    code_channel: NoticeChannel | None = None,
) -> Employer:
    """An employer with that many worksites, coded W1, W2…"""
    number = next(numbers)
    row = Employer(
        member_number=member_number or f"16/{number:06}",
        name_ar="ش.ذ.م.م أشغال الجنوب",
        name_fr=f"SARL Travaux du Sud {number}",
        signatory_name="محمد بن علي",
        language=language,
        periodicity=Periodicity.MONTHLY,
        notice_channel=notice_channel,
        code_channel=code_channel,
        phone=phone,
        email=email,
        wilaya_code="16",
        agency_id=session.scalars(select(Agency.id).order_by(Agency.id)).first(),
    )
    session.add(row)
    session.flush()
    session.add_all(
        Worksite(employer_id=row.id, code=f"W{n}", name=f"ورشة {n}", wilaya_code="16")
        for n in range(1, worksites + 1)
    )
    session.commit()
    return row


def account(bank: str = "001") -> Rib:
    branch = "99999" if bank == "007" else "00123"
    return Rib.of(bank, branch, f"{next(numbers):010}")


def mandate(
    session: Session,
    day: WorkingDay,
    owner: Employer,
    *,
    rib: Rib | None = None,
    ceiling: int | None = None,
    covers_arrears: bool = False,
    worksites: tuple[str, ...] = (),
) -> str:
    return sign_mandate(
        session,
        day,
        VAULT,
        Signature(
            member_number=owner.member_number,
            account=rib or account(),
            text="أرخّص للصندوق",
            language=Language.ARABIC,
            ceiling=None if ceiling is None else Centimes(ceiling),
            covers_arrears=covers_arrears,
            worksites=worksites,
        ),
    )


def declaration(
    session: Session,
    day: WorkingDay,
    owner: Employer,
    *,
    period: str = "2026-10",
    base: int = 100_000_000,
    worksites: tuple[str, ...] = ("W1",),
    form_key: str | None = None,
) -> int:
    """A filed declaration with the same base (centimes) for each worksite."""
    return file_declaration(
        session,
        day,
        Filing(
            member_number=owner.member_number,
            period=Period.parse(period),
            lines=tuple(
                WorksiteWages(code, 5, Centimes(base), Centimes(base)) for code in worksites
            ),
            form_key=form_key or f"form-{next(numbers)}",
        ),
    )


def bank_days(day: WorkingDay, first: date, last: date) -> Iterator[date]:
    """Each bank day from the first to the last."""
    on = day.calendar.next_bank_day(first)
    while on <= last:
        yield on
        on = day.calendar.add_bank_days(on, 1)
