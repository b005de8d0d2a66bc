"""The form of a declaration: three fields for each worksite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form

from webapp.domain.money import Centimes
from webapp.forms.fields import CountField, MoneyField, TypedField, as_typed


class Worksite(Protocol):
    """A worksite, of which the form needs no more than this."""

    @property
    def id(self) -> int: ...

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


class WorksiteForm(Form):
    """One worksite: how many work there, and the two bases in dinars."""

    workers = CountField(_l("Number of workers"))
    leave_base = MoneyField(_l("Base for paid leave, in dinars"))
    weather_base = MoneyField(_l("Base for bad weather, in dinars"), optional=True)

    worksite: Worksite

    @property
    def title(self) -> str:
        """What tells its mistakes from those of the other worksites."""
        return self.worksite.name

    @property
    def fields(self) -> tuple[TypedField, ...]:
        return self.workers, self.leave_base, self.weather_base

    def validate(self, extra_validators: Any = None) -> bool:
        if self.workers.raw_data is None:  # nothing was typed: a worksite added meanwhile
            self.workers.errors = [_("Please enter the number of workers; 0 if nobody worked.")]
            return False
        fine = bool(super().validate(extra_validators))
        leave, weather = self.leave_base.data, self.weather_base.data
        if leave is not None and weather is not None and weather > leave:
            self.weather_base.errors = [
                *self.weather_base.errors,
                _("The base for bad weather cannot exceed the base for paid leave."),
            ]
            return False
        if leave and self.workers.data == 0:
            self.workers.errors = [
                *self.workers.errors,
                _("There are wages for this worksite: please enter the number of workers."),
            ]
            return False
        return fine

    @property
    def declared(self) -> tuple[int, Centimes, Centimes]:
        """Of the valid form: workers and both bases; an empty weather base is the leave base."""
        leave = Centimes(self.leave_base.data or 0)
        weather = self.weather_base.data
        return self.workers.data or 0, leave, leave if weather is None else Centimes(weather)


class DeclarationForm:
    """The forms of all worksites of an employer, in one."""

    def __init__(self, worksites: Sequence[Worksite], typed: Mapping[str, str] | None) -> None:
        self.forms = [self._form(worksite, typed) for worksite in worksites]

    @staticmethod
    def _form(worksite: Worksite, typed: Mapping[str, str] | None) -> WorksiteForm:
        prefix = f"w{worksite.id}-"
        # A worksite added on the way has nothing typed yet, which is no mistake.
        begun = typed is not None and f"{prefix}workers" in typed
        form = WorksiteForm(MultiDict(typed) if begun and typed else None, prefix=prefix)
        form.worksite = worksite
        return form

    def __iter__(self) -> Iterator[WorksiteForm]:
        return iter(self.forms)

    def typed(self) -> dict[str, str]:
        """Every field by its name, as it was typed: what a draft keeps."""
        return {field.name: field.typed for form in self.forms for field in form.fields}

    def nothing(self) -> dict[str, str]:
        """The same fields for a period in which nobody worked."""
        return {field.name: "0" for form in self.forms for field in form}

    def validate(self) -> bool:
        """Whether every worksite can be taken; each wrong field has its message."""
        valid = [form.validate() for form in self.forms]
        return all(valid)

    def complete(self) -> list[WorksiteForm]:
        """The worksites that can be taken already, for the totals while others are typed.

        Leaves no message behind: what is still being typed is not wrong yet.
        """
        found = [form for form in self.forms if form.validate()]
        for field in (field for form in self.forms for field in form.fields):
            field.errors = ()
        return found


class FiledLine(Protocol):
    """What was filed for a worksite, of which the form needs no more than this."""

    @property
    def worksite_id(self) -> int: ...

    @property
    def workers(self) -> int: ...

    @property
    def leave_base(self) -> Centimes: ...

    @property
    def weather_base(self) -> Centimes: ...


def typed_of(lines: Iterable[FiledLine]) -> dict[str, str]:
    """What somebody would have typed to file these lines: a correction begins with it."""
    typed = {}
    for line in lines:
        prefix = f"w{line.worksite_id}-"
        typed[f"{prefix}workers"] = str(line.workers)
        typed[f"{prefix}leave_base"] = as_typed(line.leave_base)
        typed[f"{prefix}weather_base"] = as_typed(line.weather_base)
    return typed
