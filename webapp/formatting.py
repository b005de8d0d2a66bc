"""How values are written in each language: in a page (HTML) and in plain text (SMS, e-mail).

Amounts are written alike in both languages, `1 296 000,00`, then the currency: Babel's ar_DZ
groups with dots, which reads as a decimal mark. Spaces inside are no-break spaces U+00A0: after an
Arabic word an ordinary space shows the groups in reverse, and U+202F is missing from the font.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

from babel.dates import format_date
from markupsafe import Markup, escape

from webapp.catalogs import FRENCH, Language, catalog
from webapp.data.loader import load_banks
from webapp.domain.moment import ALGIERS
from webapp.domain.period import Period, Periodicity
from webapp.domain.text import clean_name

NO_BREAK_SPACE = "\u00a0"
ISOLATE_LTR = "\u2066"
ISOLATE_NAME = "\u2068"
END_OF_ISOLATE = "\u2069"
DAYS_REMEMBERED = 4096


def number_of_amount(centimes: int) -> str:
    """`centimes` in dinars with two decimals, no-break spaces and a comma: `1 296 000,00`."""
    dinars, rest = divmod(abs(centimes), 100)
    grouped = f"{dinars:,}".replace(",", NO_BREAK_SPACE)
    return f"{'-' if centimes < 0 else ''}{grouped},{rest:02d}"


def rate_text(rate: int) -> str:
    """A rate in hundred-thousandths as a percentage: 12210 is `12,21 %`, 5000 is `5 %`."""
    whole, rest = divmod(rate, 1000)
    decimals = f",{rest:03d}".rstrip("0") if rest else ""
    return f"{whole}{decimals}{NO_BREAK_SPACE}%"


# ── in a page ────────────────────────────────────────────────────────────────────────────────


def ltr(text: object) -> Markup:
    """A number, reference, account or phone, kept from turning round inside Arabic."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def money(centimes: int, language: Language) -> Markup:
    return Markup('<span class="amount">{}{}{}</span>').format(
        ltr(number_of_amount(centimes)), NO_BREAK_SPACE, language.currency
    )


def change(centimes: int, language: Language) -> Markup:
    """By how much an amount changes, with its sign: `+12 960,00`."""
    sign = "+" if centimes > 0 else ""
    return Markup('<span class="amount">{}{}{}</span>').format(
        ltr(sign + number_of_amount(centimes)), NO_BREAK_SPACE, language.currency
    )


def rate(value: int, language: Language) -> Markup:
    """`12,21 %`."""
    return ltr(rate_text(value))


def day(value: date, language: Language) -> Markup:
    """`28/01/2027`, for tables."""
    return Markup('<time datetime="{}">{}</time>').format(
        value.isoformat(), ltr(f"{value:%d/%m/%Y}")
    )


def instant(value: datetime, language: Language) -> Markup:
    """`28/01/2027 16:05`, the time of Algiers on the 24-hour clock."""
    local = value.astimezone(ALGIERS)
    return Markup('<time datetime="{}">{}</time>').format(
        local.isoformat(timespec="minutes"), ltr(f"{local:%d/%m/%Y %H:%M}")
    )


def clock(value: datetime, language: Language) -> Markup:
    """`16:05`, the time of Algiers, where the day is known."""
    local = value.astimezone(ALGIERS)
    return Markup('<time datetime="{}">{}</time>').format(
        local.isoformat(timespec="minutes"), ltr(f"{local:%H:%M}")
    )


def tenths(value: float, language: Language) -> Markup:
    """`2,5`."""
    return ltr(f"{value:.1f}".replace(".", ","))


def long_day(value: date, language: Language) -> Markup:
    """`الخميس 28 جانفي 2027`, `jeudi 28 janvier 2027`, for sentences."""
    return Markup('<time datetime="{}">{}</time>').format(
        value.isoformat(), long_day_text(value, language)
    )


def period(value: Period, language: Language) -> Markup:
    return escape(period_text(value, language))


def masked_account(last4: str, language: Language) -> Markup:
    """The account by the last four of its ten digits, which people know."""
    sentence = catalog(language).gettext("account ending in %(last4)s")
    return escape(sentence) % {"last4": ltr(last4)}


def institution(bank_code: str, language: Language) -> Markup:
    """The bank of an account, or Algérie Poste, by the code in its number."""
    bank = load_banks().get(bank_code)
    name = getattr(bank, f"name_{language.code}", "") or bank_code
    return Markup('<bdi dir="auto">{}</bdi>').format(name)


def with_names(text: str, language: Language) -> Markup:
    """A text in which names are isolated, as it stands in a page."""
    return Markup("").join(
        escape(part) if not odd else Markup('<bdi dir="auto">{}</bdi>').format(part)
        for piece in text.split(ISOLATE_NAME)
        for odd, part in _name_first(piece)
    )


def _name_first(piece: str) -> list[tuple[bool, str]]:
    name, mark, rest = piece.partition(END_OF_ISOLATE)
    return [(True, name), (False, rest)] if mark else [(False, piece)]


# ── in plain text ────────────────────────────────────────────────────────────────────────────


def isolated(text: str) -> str:
    """A hyphenated number or a reference, kept from turning round inside Arabic plain text."""
    return f"{ISOLATE_LTR}{text}{END_OF_ISOLATE}"


def isolated_name(name: str) -> str:
    """A name, in whatever script, that does not turn round what stands beside it."""
    return f"{ISOLATE_NAME}{name}{END_OF_ISOLATE}"


def name_text(name: str, language: Language) -> str:
    """A name that somebody typed: on one line, in its own direction."""
    return isolated_name(clean_name(name))


def money_text(centimes: int, language: Language) -> str:
    number = number_of_amount(centimes)
    return f"{isolated(number) if centimes < 0 else number}{NO_BREAK_SPACE}{language.currency}"


def day_text(value: date, language: Language) -> str:
    return f"{value:%d/%m/%Y}"


@lru_cache(DAYS_REMEMBERED)
def weekday_text(value: date, language: Language) -> str:
    return format_date(value, "EEEE", locale=language.locale)


@lru_cache(DAYS_REMEMBERED)
def long_day_text(value: date, language: Language) -> str:
    if language is FRENCH and value.day == 1:
        return format_date(value, "EEEE '1er' MMMM y", locale=language.locale)
    return format_date(value, "EEEE d MMMM y", locale=language.locale)


@lru_cache(DAYS_REMEMBERED)
def period_text(value: Period, language: Language) -> str:
    """`أكتوبر 2026`, `octobre 2026`; `الثلاثي الرابع 2026`, `4e trimestre 2026`."""
    if value.periodicity is Periodicity.MONTHLY:
        return format_date(value.first_day, "LLLL y", locale=language.locale)
    texts = catalog(language)
    quarters = (
        texts.gettext("first quarter of %(year)s"),
        texts.gettext("second quarter of %(year)s"),
        texts.gettext("third quarter of %(year)s"),
        texts.gettext("fourth quarter of %(year)s"),
    )
    return quarters[value.number - 1] % {"year": value.year}


class PlainTextFilter(Protocol):
    def __call__(self, value: Any, /, language: Language) -> str: ...


IN_A_PAGE: Mapping[str, Callable[[Any, Language], Markup]] = {
    "money": money,
    "change": change,
    "rate": rate,
    "day": day,
    "long_day": long_day,
    "instant": instant,
    "clock": clock,
    "tenths": tenths,
    "period": period,
    "masked_account": masked_account,
    "institution": institution,
    "with_names": with_names,
}

IN_PLAIN_TEXT: Mapping[str, PlainTextFilter] = {
    "money": money_text,
    "day": day_text,
    "weekday": weekday_text,
    "long_day": long_day_text,
    "period": period_text,
    "name": name_text,
}
