"""What stands on a day of an employer's calendar, in words of either language: page and feed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

from webapp import formatting
from webapp.catalogs import Language, catalog
from webapp.domain.calendar_entries import EntryKind
from webapp.domain.statuses import DebitStatus
from webapp.domain.words import Word, word_for
from webapp.services.employer_calendar import Entry
from webapp.services.scheduled_dues import InstalmentState

Gettext = Callable[[str], str]


def entry_line(entry: Entry, language: Language) -> Markup:
    """The filter of templates: an entry as it stands in a page; its state has a tag of its own."""
    values: dict[str, object] = {
        "name": Markup('<bdi dir="auto">{}</bdi>').format(_name(entry, language)),
        "number": formatting.ltr(entry.number),
        "of": formatting.ltr(entry.of),
    }
    if entry.amount is not None:
        values["amount"] = formatting.money(entry.amount, language)
    if entry.period is not None:
        values["period"] = formatting.period(entry.period, language)
    if entry.until_on is not None:
        values["day"] = formatting.day(entry.until_on, language)
    return escape(_sentence(entry, catalog(language).gettext)) % values


def entry_text(entry: Entry, language: Language) -> str:
    """The same in plain text with the state of a debit behind it, for calendars and sheets."""
    texts = catalog(language)
    values: dict[str, object] = {
        "name": _name(entry, language),
        "number": entry.number,
        "of": entry.of,
    }
    if entry.amount is not None:
        values["amount"] = formatting.money_text(entry.amount, language)
    if entry.period is not None:
        values["period"] = formatting.period_text(entry.period, language)
    if entry.until_on is not None:
        values["day"] = formatting.day_text(entry.until_on, language)
    line = _sentence(entry, texts.gettext) % values
    state = state_text(entry, language)
    if not state:
        return line
    return texts.gettext("%(line)s (%(state)s)") % {"line": line, "state": state}


def state_text(entry: Entry, language: Language) -> str:
    """Where a debit or an instalment stands, in the six words; nothing for other entries."""
    gettext = catalog(language).gettext
    if entry.debit is not None:
        word, _qualifier = word_for(entry.debit.status)
        if entry.debit.status is DebitStatus.HELD:
            return gettext("on hold")
        return _words(gettext)[word]
    if entry.done:
        return gettext("filed")
    return "" if entry.state is None else _instalments(gettext)[entry.state]


def note_text(entry: Entry, language: Language) -> str:
    """A second sentence that explains an entry, where it needs one."""
    gettext = catalog(language).gettext
    notes: Mapping[EntryKind, str] = {
        EntryKind.EXPECTED: gettext("The notice will tell you the day and the amount."),
        EntryKind.DEBIT_DAY: gettext("The day of the debit, if you file in time for it."),
        EntryKind.CORRECT_BY: gettext("Afterwards the debit is announced."),
        EntryKind.LOWER_BY: gettext("An increase is added, with a notice of its own."),
        EntryKind.ANNUAL_RETURN: gettext("It is not filed here, and nothing is debited for it."),
    }
    if entry.kind is EntryKind.CLOSED and entry.estimated:
        return gettext("The day follows the moon and may still move.")
    return notes.get(entry.kind, "")


def _sentence(entry: Entry, gettext: Gettext) -> str:
    sentences: Mapping[EntryKind, str] = {
        EntryKind.DEBIT: gettext("Debit: %(amount)s"),
        EntryKind.EXPECTED: gettext("Debit expected: %(amount)s"),
        EntryKind.DEBIT_DAY: gettext("Debit of %(period)s expected"),
        EntryKind.INSTALMENT: gettext("Instalment %(number)s of %(of)s: %(amount)s"),
        EntryKind.DECLARE_BY: gettext("Declare %(period)s, to be debited on the fixed day"),
        EntryKind.DEADLINE: gettext("Last day to declare %(period)s"),
        EntryKind.CORRECT_BY: gettext("Last day to correct %(period)s freely"),
        EntryKind.LOWER_BY: gettext("Last day to lower the debit of %(period)s"),
        EntryKind.ANNUAL_RETURN: gettext("Last day of the annual return (DAS) until %(day)s"),
        EntryKind.CLOSED: gettext("Banks closed: %(name)s"),
    }
    return sentences[entry.kind]


def _words(gettext: Gettext) -> Mapping[Word, str]:
    return {
        Word.DECLARED: gettext("declared"),
        Word.SCHEDULED: gettext("scheduled"),
        Word.SENT: gettext("sent"),
        Word.DEBITED: gettext("debited"),
        Word.SETTLED: gettext("settled"),
        Word.REFUSED: gettext("refused"),
    }


def _instalments(gettext: Gettext) -> Mapping[InstalmentState, str]:
    return {
        InstalmentState.TO_COME: gettext("to come"),
        InstalmentState.SCHEDULED: gettext("scheduled"),
        InstalmentState.PAID: gettext("settled"),
        InstalmentState.UNPAID: gettext("missed"),
    }


def _name(entry: Entry, language: Language) -> str:
    return entry.name_ar if language.code == "ar" else entry.name_fr
