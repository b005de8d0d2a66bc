"""What is asked before anything is filed: whether figures far from the last ones are right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from webapp.domain.differences import Difference, far_figures
from webapp.domain.errors import DraftChanged
from webapp.domain.period import Period
from webapp.domain.rules import CollectionRules
from webapp.forms.declaration import DeclarationForm
from webapp.forms.worksite_lines import WorksiteLine
from webapp.services.drafts import Draft
from webapp.services.last_declared import LastDeclared
from webapp.views.employer.typing import Typing

ALL = "sure-all"


@dataclass
class Question:
    """One worksite whose figures are far from the last ones; a tick says that they are right."""

    line: WorksiteLine
    period: Period
    differences: list[Difference]
    errors: tuple[str, ...] = ()

    form_errors = ()

    def __iter__(self) -> Iterator[Question]:
        """The list of what must be corrected takes it for a form with one field."""
        yield self

    @property
    def id(self) -> str:
        return f"w{self.line.worksite.id}-sure"

    @property
    def title(self) -> str:
        return self.line.title

    @property
    def answered(self) -> bool:
        """Whether these figures, and no others, were said to be right."""
        return self.line.sure == self.line.mark

    def answer(self, *, sure: bool) -> None:
        self.line.sure = self.line.mark if sure else ""

    def insist(self) -> None:
        """Say beside it that it waits for an answer."""
        self.errors = (_("Please say that it is right, or correct it."),)


def questions_about(
    lines: Iterable[WorksiteLine], last: LastDeclared, period: Period, rules: CollectionRules
) -> list[Question]:
    """The questions about complete lines, in their order."""
    found = []
    for line in lines:
        before = last.lines.get(line.worksite.id)
        if before is None:
            continue
        same_length = before.period.periodicity is period.periodicity
        percent = rules.questioned_difference_percent
        far = far_figures(before.figures, line.declared, percent, same_length=same_length)
        if far:
            found.append(Question(line, before.period, far))
    return found


def unanswered(questions: Sequence[Question]) -> list[Question]:
    return [question for question in questions if not question.answered]


def take_answers(questions: Sequence[Question]) -> None:
    """A tick that was sent says that the figures on the page are right: those of its value."""
    for question in questions:
        same = request.form.get(question.id) == question.line.mark
        question.answer(sure=same or ALL in request.form)


def keep_answers(typing: Typing, form: DeclarationForm, draft: Draft) -> Draft:
    """The draft that was looked at, with the ticks in it, kept until it is filed.

    Raises DraftChanged where another was looked at.
    """
    if request.form.get("digest") != draft.digest:
        raise DraftChanged()
    typed = form.typed()
    if typed == dict(draft.typed):
        return draft
    seen = {"seen": draft.digest, "page": draft.page, "revision": typing.revision}
    typing.save(typed, seen)
    saved = typing.draft()
    if saved is None or dict(saved.typed) != typed:
        raise DraftChanged()
    return saved
