"""One employer of the demonstration: who they are, their worksites, their accounts, their wages.

Everything about an employer follows from the seed and the employer's number alone, so that each
can be made again at any time and none has to be kept in memory.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate

from webapp.data.loader import load_wilayas
from webapp.domain.check_codes import ALPHABET
from webapp.domain.money import Centimes
from webapp.domain.period import Period, Periodicity
from webapp.domain.rib import POSTAL_BANK, POSTAL_BRANCH, Rib
from webapp.models import Language, NoticeChannel
from webapp.services.declarations import WorksiteWages
from webapp.services.demonstration import names
from webapp.services.register_lines import EmployerRecord, WorksiteRecord

# Average 3.1 worksites, at most twelve.
WORKSITE_COUNTS = {
    1: 300, 2: 220, 3: 160, 4: 110, 5: 70, 6: 50, 7: 30, 8: 20, 9: 15, 10: 10, 11: 8, 12: 7,
}  # fmt: skip
# Where accounts are held, the post aside, which has a third of all.
BANKS = {
    "001": 20, "002": 12, "003": 14, "004": 16, "005": 12, "006": 4, "011": 8, "020": 3,
    "021": 4, "026": 1, "027": 3, "029": 2, "031": 1, "032": 4, "035": 1, "038": 2,
}  # fmt: skip
POSTAL_SHARE = 0.34
FRENCH_SHARE = 0.3
NAMED_ONCE_SHARE = 0.08  # in one language only
MONTHLY_FROM_WORKERS = 10
# A prime above every number of employers: numbers look drawn by lot and never come twice.
SERIALS = 999_983
SERIAL_STEP = 48_271
# The same for references of forty bits: an odd step comes round to each of them once.
REFERENCES, REFERENCE_STEP = 1 << 40, 0x9E3779B97F
OTHER_WILAYA = 2
# Numbers of these ranges are given to nobody, so that no message can ever reach anyone.
PHONE_PREFIXES = ("0500", "0600", "0700")


@dataclass(frozen=True)
class Person:
    """An employer of the demonstration. `reachable` is false for one without any contact."""

    seed: int
    number: int
    reachable: bool = True

    @cached_property
    def record(self) -> EmployerRecord:
        """The employer as the register states it."""
        chance = self._chance("record")
        name_fr, name_ar = _name(chance)
        if chance.random() < NAMED_ONCE_SHARE:
            french = self.language is Language.FRENCH
            name_fr, name_ar = (name_fr, "") if french else ("", name_ar)
        channel = chance.choices(list(NoticeChannel), weights=(75, 20, 5))[0]
        first, family = chance.choice(names.FIRST_NAMES), chance.choice(names.FAMILIES)
        script = 0 if self.language is Language.FRENCH else 1
        phone = chance.choice(PHONE_PREFIXES) + f"{chance.randrange(10**6):06}"
        email = f"contact@entreprise-{self.serial:06}.example"
        has_email = channel is NoticeChannel.EMAIL or chance.random() < 0.4
        return EmployerRecord(
            member_number=self.member_number,
            name_ar=name_ar,
            name_fr=name_fr,
            nif=f"{chance.randrange(10**14, 10**15)}" if chance.random() < 0.9 else "",
            signatory_name=f"{first[script]} {family[script]}",
            language=self.language,
            periodicity=self.periodicity,
            notice_channel=channel if self.reachable else NoticeChannel.SMS,
            phone=phone if self.reachable else "",
            email=email if self.reachable and has_email else "",
            wilaya_code=self.wilaya,
            agency_code=f"A{self.wilaya}",
        )

    @cached_property
    def worksites(self) -> tuple[WorksiteRecord, ...]:
        """The worksites, most of them in the employer's own wilaya."""
        chance = self._chance("worksites")
        found = []
        for code in self.worksite_codes:
            away = chance.random() < 0.15
            wilaya = _wilaya(chance) if away else self.wilaya
            found.append(WorksiteRecord(code, self._work(chance, wilaya), wilaya))
        return tuple(found)

    @property
    def worksite_codes(self) -> list[str]:
        """The codes of the worksites: W01, W02…"""
        return [f"W{number:02}" for number in range(1, len(self.workers) + 1)]

    @cached_property
    def workers(self) -> tuple[int, ...]:
        """How many work on each worksite: mostly few, here and there many."""
        chance = self._chance("workers")
        (count,) = chance.choices(list(WORKSITE_COUNTS), weights=list(WORKSITE_COUNTS.values()))
        return tuple(max(1, min(160, int(chance.lognormvariate(1.7, 0.9)))) for _ in range(count))

    @property
    def periodicity(self) -> Periodicity:
        """Ten workers and more declare every month."""
        if sum(self.workers) >= MONTHLY_FROM_WORKERS:
            return Periodicity.MONTHLY
        return Periodicity.QUARTERLY

    @property
    def serial(self) -> int:
        return (self.number * SERIAL_STEP + self.seed) % SERIALS

    @property
    def member_number(self) -> str:
        return f"{self.wilaya}/{self.serial:06}"

    @cached_property
    def language_and_wilaya(self) -> tuple[Language, str]:
        chance = self._chance("home")
        language = Language.FRENCH if chance.random() < FRENCH_SHARE else Language.ARABIC
        return language, _wilaya(chance)

    @property
    def language(self) -> Language:
        return self.language_and_wilaya[0]

    @property
    def wilaya(self) -> str:
        return self.language_and_wilaya[1]

    def account(self, which: int = 0) -> Rib:
        """One of the employer's accounts, with its key."""
        chance = self._chance(f"account {which}")
        if chance.random() < POSTAL_SHARE:
            ccp = f"{chance.randrange(1_000_000, 30_000_000):010}"
            return Rib.of(POSTAL_BANK, POSTAL_BRANCH, ccp)
        bank = chance.choices(list(BANKS), weights=list(BANKS.values()))[0]
        branch, account = chance.randrange(100, 999), chance.randrange(10**8, 10**10)
        return Rib.of(bank, f"{branch:05}", f"{account:010}")

    def mandate_reference(self, which: int = 0) -> str:
        """The reference of a mandate: looks drawn by lot, never comes twice, follows the seed."""
        drawn = ((2 * self.number + which) * REFERENCE_STEP + self.seed) % REFERENCES
        letters = [ALPHABET[(drawn >> shift) & 31] for shift in range(35, -1, -5)]
        return "KM" + "".join(letters)

    def wages(self, period: Period) -> tuple[WorksiteWages, ...]:
        """What the employer declares for a period; a few worksites stand still."""
        chance = self._chance(f"wages {period.code}")
        lines = []
        for code, count in zip(self.worksite_codes, self.workers, strict=True):
            still = len(self.workers) > 1 and chance.random() < 0.03
            pay = chance.randrange(28_000_00, 72_000_00)
            base = 0 if still else count * pay * len(period.months)
            outside = chance.choice((100, 100, 100, 90, 80, 60))
            lines.append(
                WorksiteWages(
                    worksite=code,
                    workers=0 if still else count,
                    leave_base=Centimes(base),
                    weather_base=Centimes(base * outside // 100),
                )
            )
        return tuple(lines)

    def _work(self, chance: random.Random, wilaya: str) -> str:
        french, arabic, numbers = chance.choice(names.WORKS)
        known = load_wilayas()[wilaya]
        place = chance.choice(names.PLACES.get(wilaya, ((known.name_fr, known.name_ar),)))
        number = chance.choice(numbers)
        if self.language is Language.FRENCH:
            return f"{french.format(n=number)}, {place[0]}"
        return f"{arabic.format(n=number)}، {place[1]}"

    def _chance(self, about: str) -> random.Random:
        """A source of chance for one matter, so that none depends on the order of questions."""
        return random.Random(f"{self.seed}:{self.number}:{about}")  # noqa: S311  # must repeat


def _name(chance: random.Random) -> tuple[str, str]:
    """The name of an enterprise in French and in Arabic."""
    family, first = chance.choice(names.FAMILIES), chance.choice(names.FIRST_NAMES)
    if chance.random() < 0.4:
        form = chance.choice(names.PERSONAL_FORMS)
        return f"{form[0]} {family[0]} {first[0]}", f"{form[1]} {family[1]} {first[1]}"
    form = chance.choices(names.COMPANY_FORMS, weights=(60, 25, 8, 7))[0]
    sign = family if chance.random() < 0.4 else chance.choice(names.SIGNS)
    trade = chance.choice(names.TRADES)
    return f"{form[0]} {sign[0]} {trade[0]}", f"{form[1]} {sign[1]} {trade[1]}"


def _wilaya(chance: random.Random) -> str:
    codes, weights = _wilaya_weights()
    return chance.choices(codes, cum_weights=weights)[0]


@cache
def _wilaya_weights() -> tuple[list[str], list[int]]:
    """The wilayas, and how often each comes, added up from the first one on."""
    codes = list(load_wilayas())
    return codes, list(accumulate(names.BUSY_WILAYAS.get(code, OTHER_WILAYA) for code in codes))
