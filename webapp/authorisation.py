"""The text that an employer signs, short and in full, in both languages; what is shown is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from webapp.catalogs import ARABIC, FRENCH, Language, catalog
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.domain.rules import CollectionRules
from webapp.formatting import isolated_name, long_day_text, money_text


class PaperLine(Protocol):
    """What is known of a mandate on paper."""

    @property
    def account(self) -> Rib: ...
    @property
    def signed_on(self) -> date: ...
    @property
    def ceiling(self) -> Centimes | None: ...
    @property
    def covers_arrears(self) -> bool: ...
    @property
    def worksites(self) -> Sequence[str]: ...
    @property
    def paper(self) -> str: ...


# Which wording it is: kept with every signature. Whoever changes a sentence below changes it too.
TEXT_VERSION = "2026-11"
FORM_VERSION = f"{TEXT_VERSION}-paper"
BETWEEN_NAMES = {"ar": "، ", "fr": ", "}


def short_text(
    language: Language, ceiling: Centimes | None = None, worksites: Sequence[str] = ()
) -> str:
    """The authorisation as it stands on the page of the one step, in one paragraph.

    With `worksites` (names) it is an exception, and covers them alone.
    """
    gettext = catalog(language).gettext
    sentences = [
        gettext(
            "As the person entitled to sign on this account, I authorise the National fund for "
            "paid leave and bad-weather unemployment in building, public works and hydraulics "
            "(CACOBATPH) to debit it periodically, when payment falls due, with the contributions "
            "that the enterprise declares and the other amounts due stated in the advance notice."
        ),
        _worksites(language, worksites),
        _ceiling(language, ceiling),
        _notice(language),
        gettext("I may revoke this authorisation at any time."),
    ]
    return " ".join(filter(None, sentences))


def full_text(
    language: Language, ceiling: Centimes | None = None, worksites: Sequence[str] = ()
) -> tuple[str, ...]:
    """The authorisation in full, a paragraph each, for the page and for the signed paper."""
    gettext = catalog(language).gettext
    first = _authorise_for_all(language) if not worksites else _authorise_for_some(language)
    return (
        " ".join(
            filter(None, (first, _worksites(language, worksites), _ceiling(language, ceiling)))
        ),
        _each_debit(language),
        gettext(
            "I may suspend or revoke this authorisation at any time. What was sent to the bank or "
            "to Algérie Poste before that cannot be stopped by the fund; its date is shown to me."
        ),
        gettext(
            "I may contest any debit with the fund, and ask that an agent look again at any "
            "automatic refusal, without prejudice to legal remedies."
        ),
        gettext(
            "My personal data serve this purpose alone, under law 18-07 as amended; I may see "
            "them, correct them and know who has looked at them."
        ),
    )


def paper_words(language: Language) -> dict[str, str]:
    """What stands beside the values on the paper, which is in both languages at once."""
    gettext = catalog(language).gettext
    return {
        "title": gettext("Authorisation of periodic debit"),
        "enterprise": gettext("Enterprise"),
        "member_number": gettext("Member number"),
        "signatory": gettext("Signatory"),
        "account": gettext("Account number"),
        "institution": gettext("Institution"),
        "reference": gettext("Authorisation reference"),
        "signed_on": gettext("Signed electronically on"),
        "place": gettext("Done at"),
        "day": gettext("on (a day)"),
        "stamp": gettext("Signature and stamp"),
        "bank": gettext("Confirmation of the bank or of Algérie Poste"),
    }


def signed_text(ceiling: Centimes | None, worksites: Sequence[str] = ()) -> str:
    """Everything that stood on the page to be signed, in Arabic and in French: the evidence."""
    return "\n\n".join(
        paragraph
        for language in (ARABIC, FRENCH)
        for paragraph in (
            short_text(language, ceiling, worksites),
            *full_text(language, ceiling, worksites),
        )
    )


def paragraphs_on_paper(text: str, language: Language) -> tuple[str, ...]:
    """The paragraphs of a signed text in one language, word for word, as its paper shows them.

    A text has as many paragraphs in each language; where the first of several is the short form,
    which says the same as the full one, it is left out. A text that is not made so is shown whole.
    """
    paragraphs = tuple(text.split("\n\n"))
    half, rest = divmod(len(paragraphs), 2)
    if rest:
        return paragraphs
    own = paragraphs[:half] if language is ARABIC else paragraphs[half:]
    return own[1:] if len(own) > 1 else own


def form_text() -> str:
    """Everything that stands on a prepared form, in Arabic and in French, made like `signed_text`.

    What is filled in by hand is no part of it: the ceiling and the tick have their places there.
    """
    return "\n\n".join(
        paragraph
        for language in (ARABIC, FRENCH)
        for paragraph in (short_text(language), *full_text(language), _by_hand(language))
    )


def text_of_paper(paper: PaperLine) -> str:
    """What is kept of a mandate that was signed on paper before this service, in both languages.

    Nothing was shown on a screen, and nothing here pretends that it was.
    """
    return "\n\n".join(
        " ".join(filter(None, _sentences_of_paper(language, paper)))
        for language in (ARABIC, FRENCH)
    )


def _sentences_of_paper(language: Language, paper: PaperLine) -> tuple[str, ...]:
    gettext = catalog(language).gettext
    signed = gettext(
        "This authorisation was signed on paper on %(day)s, before this service, for the account "
        "ending in %(last4)s. No text was shown on a screen: the paper is the evidence."
    )
    where = gettext("Reference of the paper: %(paper)s.") if paper.paper else gettext(
        "The paper had not been received when this was written."
    )  # fmt: skip
    return (
        signed % {"day": long_day_text(paper.signed_on, language), "last4": paper.account.last4},
        where % {"paper": isolated_name(paper.paper)} if paper.paper else where,
        _worksites(language, paper.worksites),
        _ceiling(language, paper.ceiling),
        gettext("It covers overdue amounts too.") if paper.covers_arrears else "",
    )


def _by_hand(language: Language) -> str:
    return catalog(language).gettext(
        "If a ceiling is written on this form, no debit will exceed it. Overdue amounts are "
        "debited only if the box for them is ticked."
    )


def _authorise_for_all(language: Language) -> str:
    return catalog(language).gettext(
        "I the undersigned, entitled to sign on the account stated above, authorise, on behalf of "
        "the enterprise, the National fund for paid leave and bad-weather unemployment in "
        "building, public works and hydraulics (CACOBATPH) to debit it periodically with the "
        "contributions declared for all worksites of the enterprise and the other amounts due "
        "stated in the advance notice."
    )


def _authorise_for_some(language: Language) -> str:
    return catalog(language).gettext(
        "I the undersigned, entitled to sign on the account stated above, authorise, on behalf of "
        "the enterprise, the National fund for paid leave and bad-weather unemployment in "
        "building, public works and hydraulics (CACOBATPH) to debit it periodically with the "
        "contributions declared for the worksites named here and the other amounts due for them "
        "stated in the advance notice."
    )


def _worksites(language: Language, names: Sequence[str]) -> str:
    if not names:
        return ""
    sentence = catalog(language).gettext("It covers these worksites alone: %(worksites)s.")
    quoted = BETWEEN_NAMES[language.code].join(f"«{isolated_name(name)}»" for name in names)
    return sentence % {"worksites": quoted}


def _ceiling(language: Language, ceiling: Centimes | None) -> str:
    if ceiling is None:
        return ""
    sentence = catalog(language).gettext("No debit will exceed %(amount)s.")
    return sentence % {"amount": money_text(ceiling, language)}


def _notice(language: Language) -> str:
    days = CollectionRules().notice_bank_days
    sentence = catalog(language).ngettext(
        "The notice reaches me at least %(number)s bank day before.",
        "The notice reaches me at least %(number)s bank days before.",
        days,
    )
    return sentence % {"number": days}


def _each_debit(language: Language) -> str:
    days = CollectionRules().notice_bank_days
    paragraph = catalog(language).ngettext(
        "Each debit takes place on a date fixed in advance, after a notice that reaches me at "
        "least %(number)s bank day earlier and states the amount, the date, the account and the "
        "worksites. If the notice could not be delivered, the debit is held.",
        "Each debit takes place on a date fixed in advance, after a notice that reaches me at "
        "least %(number)s bank days earlier and states the amount, the date, the account and the "
        "worksites. If the notice could not be delivered, the debit is held.",
        days,
    )
    return paragraph % {"number": days}
