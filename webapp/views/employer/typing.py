"""What declaring and correcting share: the lines of a period as they are typed, and their draft."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request, url_for

from webapp.domain.differences import Figures
from webapp.domain.errors import DraftChanged
from webapp.domain.period import Period
from webapp.forms.declaration import DeclarationForm
from webapp.forms.worksite_lines import WorksiteLine, texts_of
from webapp.services.contributions import contributions_of
from webapp.services.drafts import Draft, Typed, load_draft, save_draft
from webapp.services.last_declared import LastDeclared, LastLine, last_declared
from webapp.services.revision_history import Revision, list_revisions
from webapp.services.worksites import WorksiteName, worksites_of, worksites_to_correct
from webapp.views import desk

# From so many worksites on, the page has an index and shows, if one likes, only what is missing.
MANY_WORKSITES = 12


@dataclass(frozen=True, slots=True)
class Typing:
    """A declaration that is typed, or the correction of what is `filed`.

    `page` is where it is typed and `both` where two versions of it are, as names of routes.
    """

    period: Period
    worksites: Sequence[WorksiteName]
    page: str
    both: str
    filed: Revision | None = None

    @property
    def corrects(self) -> int | None:
        """The revision over which it is typed."""
        return self.filed.number if self.filed else None

    @property
    def revision(self) -> str:
        """The same, as its page sends it along."""
        return str(self.corrects or "")

    def address(self, anchor: str | None = None) -> str:
        """Where it is typed."""
        return url_for(self.page, code=self.period.code, _anchor=anchor)

    def form(self, typed: Typed | None) -> DeclarationForm:
        """Its lines; where nothing is typed yet, a correction has what was filed."""
        form = DeclarationForm(self.worksites, typed)
        if typed is None:
            form.fill_empty(self._figures())
        return form

    def draft(self) -> Draft | None:
        """What is kept of it; what was typed over an earlier revision is of no use."""
        draft = load_draft(desk.session(), desk.who().employer_id, self.period)
        return draft if draft and draft.corrects == self.corrects else None

    def save(self, values: Typed, sent: Mapping[str, str]) -> None:
        """Keep the values in place of what their page was made from. Raises DraftChanged."""
        if sent.get("revision", "") != self.revision:
            raise DraftChanged()
        session, day, owner = desk.session(), desk.working_day(), desk.who().employer_id
        seen, page = sent.get("seen", ""), sent.get("page", "")
        save_draft(session, day, owner, self.period, values, seen, page, self.corrects)

    def last(self) -> LastDeclared:
        """What each line offers: what was declared last, and for a correction what was filed."""
        if self.filed is not None:
            lines = {
                id_: LastLine(self.period, figures) for id_, figures in self._figures().items()
            }
            return LastDeclared(self.period, lines)
        return self.last_before()

    def last_before(self) -> LastDeclared:
        """What was declared last, for the periods before this one."""
        worksites = [one.id for one in self.worksites]
        return last_declared(desk.session(), desk.who().employer_id, self.period, worksites)

    def fill(self, form: DeclarationForm, step: str) -> None:
        """What the buttons fill in: the last values or zeros, for one worksite or for all."""
        what, _, worksite = step.partition("-")
        if what == "nil":
            form.fill_line_with_nothing(worksite) if worksite else form.fill_nothing()
        elif what == "same":
            if worksite:
                lines = self.last().lines.items()
                form.fill_line(worksite, {id_: line.figures for id_, line in lines})
            else:
                form.fill_empty(self.last().of_last_period())

    def changed(self, form: DeclarationForm) -> list[WorksiteLine]:
        """The complete lines that say something else than what was filed."""
        filed = self._figures()
        return [line for line in form if line.declared != filed.get(line.worksite.id)]

    def fresh(self, draft: Draft | None) -> dict[str, str]:
        """What a new page sends along: which draft it was made from, and its own name."""
        seen = draft.digest if draft else ""
        return {"seen": seen, "page": secrets.token_urlsafe(12), "revision": self.revision}

    def totals(self, form: DeclarationForm) -> dict[str, object]:
        """What the complete lines come to, and how many are missing."""
        complete = form.complete()
        figures = [one.declared for one in complete]
        return {
            "missing": len(form) - len(complete),
            "made": contributions_of(desk.session(), self.period, figures),
        }

    def values(
        self, form: DeclarationForm, hidden: Mapping[str, str], saved_at: datetime | None
    ) -> dict[str, object]:
        """What the page shows on which it is typed."""
        last = self.last()
        return {
            "form": form,
            "wrong_forms": [one for one in form if one.errors],
            "period": self.period,
            "last": last,
            "fills": {id_: ";".join(texts_of(line.figures)) for id_, line in last.lines.items()},
            "hidden": hidden,
            "saved_at": saved_at,
            "many": len(form) > MANY_WORKSITES,
            "only_missing": "only" in request.form,
            "changed": False,
            **self.totals(form),
        }

    def _figures(self) -> dict[int, Figures]:
        lines = self.filed.lines if self.filed else ()
        return {
            one.worksite_id: Figures(one.workers, one.leave_base, one.weather_base) for one in lines
        }


def typing_of(period: Period) -> Typing:
    """The declaration of a period, over the worksites that were open in it."""
    worksites = worksites_of(desk.session(), desk.who().employer_id, period)
    return Typing(period, worksites, "employer.declare", "employer.both")


def correction_of(code: str) -> Typing:
    """The correction of what was filed last for a period. Raises NotFound where nothing was."""
    session, owner = desk.session(), desk.who().employer_id
    latest, period = list_revisions(session, owner, code)[-1], Period.parse(code)
    worksites = worksites_to_correct(session, owner, period)
    return Typing(period, worksites, "employer.correct", "employer.both_corrections", latest)


def step_sent() -> str:
    """What the form was sent for: to be shown, where it does not say."""
    return "show" if desk.wants_other_language() else request.form.get("step", "show")


def hidden_of(sent: Mapping[str, str]) -> dict[str, str]:
    """What a page sends along, for the same page shown again."""
    return {name: sent.get(name, "") for name in ("seen", "page", "revision")}
