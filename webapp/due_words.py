"""Where a due comes from and how its amount came about, each in one line of either language."""

from __future__ import annotations

from collections.abc import Callable

from babel.support import NullTranslations
from flask_babel import force_locale
from markupsafe import Markup, escape

from webapp.catalogs import Language, catalog
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.reckonings import (
    Difference,
    GivenBack,
    InstalmentOf,
    OfBases,
    OfRate,
    PartOf,
    Reckoning,
)
from webapp.formatting import NO_BREAK_SPACE, ltr, money, number_of_amount, period, rate_text
from webapp.models import DueKind
from webapp.services.due_origins import About, Origin, OriginKind
from webapp.wording import in_words

Gettext = Callable[[str], str]
TIMES, LESS, IS = f"{NO_BREAK_SPACE}×{NO_BREAK_SPACE}", " − ", " = "


def origin_line(origin: Origin, of: Period, language: Language) -> Markup:
    """What caused a due; `of` is its period."""
    gettext = catalog(language).gettext
    values = {
        "period": period(of, language),
        "revision": ltr(origin.revision or ""),
        "reference": ltr(origin.reference),
        "number": ltr(origin.number),
        "count": ltr(origin.count),
        "about": _about(origin.about, language) if origin.about else "",
    }
    return escape(_origin(origin, gettext)) % values


def reckoning_line(reckoning: Reckoning, language: Language) -> Markup:
    """The calculation of an amount: numbers in their own direction, and what they are."""
    sentence, formula = _reckoning(reckoning, catalog(language))
    values = {
        "formula": _formula(formula, reckoning.amount, language),
        "count": ltr(reckoning.count if isinstance(reckoning, InstalmentOf) else ""),
        "month": ltr(reckoning.step if isinstance(reckoning, OfRate) else ""),
    }
    return escape(sentence) % values


def _origin(origin: Origin, gettext: Gettext) -> str:
    first = origin.revision in (None, 1)
    sentences = {
        OriginKind.DECLARED: gettext("Declaration of %(period)s")
        if first
        else gettext("Declaration of %(period)s, version %(revision)s"),
        OriginKind.CORRECTED: gettext(
            "Correction of the declaration of %(period)s, version %(revision)s"
        ),
        OriginKind.PAID_LATE: gettext("Paid late: %(about)s")
        if origin.about
        else gettext("For paying late"),
        OriginKind.DECLARED_LATE: gettext("Declared late: %(about)s")
        if origin.about
        else gettext("For declaring late"),
        OriginKind.INSTALMENT: gettext(
            "Instalment %(number)s of %(count)s, payment schedule %(reference)s"
        ),
        OriginKind.ASSESSED: gettext("Assessed by the fund, number %(reference)s"),
        OriginKind.GIVEN_BACK: gettext("Paid and not owed: %(about)s"),
        OriginKind.LATE_MONEY: gettext(
            "Money of the debit %(reference)s, which arrived after it was refused"
        ),
        OriginKind.WENT_BACK: gettext(
            "Money of the debit %(reference)s, which the bank took back after you were credited"
        ),
        OriginKind.OVERPAID: gettext("More was paid another way than was owed"),
        OriginKind.PAYMENT_REVERSED: gettext("A payment made another way did not hold"),
        OriginKind.RECORDED: gettext("Recorded by the fund"),
    }
    return sentences[origin.kind]


def _reckoning(reckoning: Reckoning, texts: NullTranslations) -> tuple[str, str]:
    """The sentence around the numbers, and the numbers."""
    gettext = texts.gettext
    match reckoning:
        case OfBases():
            return (
                gettext("Paid leave, then bad weather (employer and worker): %(formula)s"),
                _of_bases(reckoning),
            )
        case OfRate(step=0):
            return gettext("Owed at once: %(formula)s"), _of_rate(reckoning)
        case OfRate():
            return gettext("For month %(month)s of the delay: %(formula)s"), _of_rate(reckoning)
        case Difference():
            return (
                gettext("The amount as corrected less the amount before: %(formula)s"),
                _less(reckoning.new, reckoning.former),
            )
        case PartOf():
            return (
                gettext("Part of an amount that was split, less its other parts: %(formula)s"),
                _less(reckoning.whole, reckoning.others),
            )
        case InstalmentOf():
            return (
                texts.ngettext(
                    "The amount in %(count)s instalment: %(formula)s",
                    "The amount in %(count)s instalments, less the others: %(formula)s",
                    reckoning.count,
                ),
                _less(reckoning.principal, reckoning.others),
            )
        case GivenBack():
            return gettext("The whole amount is given back: %(formula)s"), ""


def _of_bases(made: OfBases) -> str:
    leave, weather, rates = made.leave_base, made.weather_base, made.rates
    return " + ".join(
        _product(base, rate)
        for base, rate in (
            (leave, rates.leave),
            (weather, rates.weather_employer),
            (weather, rates.weather_worker),
        )
    )


def _of_rate(made: OfRate) -> str:
    return _product(made.base, made.rate)


def _product(base: Centimes, rate: int) -> str:
    return f"{number_of_amount(base)}{TIMES}{rate_text(rate)}"


def _less(first: Centimes, second: Centimes) -> str:
    """`first − second`; what is below zero stands in brackets, and a credit's sign stays."""
    taken = number_of_amount(second)
    return f"{number_of_amount(first)}{LESS}{f'({taken})' if second < 0 else taken}"


def _formula(formula: str, amount: Centimes, language: Language) -> Markup:
    """Numbers run from left to right in both languages, with what they make, and its currency,
    at their end."""
    if not formula:
        return Markup('<span class="reckoning">{}</span>').format(money(amount, language))
    made = f"{formula}{IS}{number_of_amount(amount)}{NO_BREAK_SPACE}{language.currency}"
    return Markup('<span class="reckoning">{}</span>').format(ltr(made))


def _about(about: About, language: Language) -> Markup:
    """The amount that a surcharge is about: what it is, of which period, for which worksite."""
    parts = [escape(kind_name(about.kind, language)), period(about.period, language)]
    if about.worksite:
        parts.append(Markup('<bdi dir="auto">{}</bdi>').format(about.worksite))
    return Markup(" – ").join(parts)


def kind_name(kind: DueKind, language: Language) -> str:
    """What a kind of due is called; inside an application."""
    with force_locale(language.locale):
        return str(in_words(kind))
