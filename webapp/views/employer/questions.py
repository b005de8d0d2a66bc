"""What is asked before a declaration is filed: whether figures far from the last ones are right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from webapp.domain.differences import Difference, far_figures
from webapp.domain.period import Period
from webapp.domain.rules import CollectionRules
from webapp.forms.declaration import DeclarationForm
from webapp.forms.worksite_lines import WorksiteLine
from webapp.services.last_declared import LastDeclared

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
    form: DeclarationForm, last: LastDeclared, period: Period, rules: CollectionRules
) -> list[Question]:
    """The questions about a complete form, in the order of its lines."""
    found = []
    for line in form:
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
