"""What programs send and get, as schemas: they check, write, and describe themselves."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from webapp.domain.statuses import DebitStatus, DeclarationStatus
from webapp.domain.words import DEBIT_WORDS, DUE_WORDS, Word
from webapp.forms.program import KIND, MISSING, TOO_MANY, UNKNOWN
from webapp.models import DueKind, HoldReason
from webapp.views.desk import ACCESS

# In place of the library's English sentences: which of our own is told.
TOLD: dict[str, Any] = dict.fromkeys(
    ("invalid", "null", "type", "too_large", "special", "validator_failed", "invalid_utf8"), KIND
) | {"required": MISSING}
AMOUNT = r"^-?[0-9]+\.[0-9]{2}$"
PERIOD = {"description": "A month or a quarter.", "examples": ["2026-10", "2026-Q4"]}
LONGEST_CODE = 20


class Shape(Schema):
    """The shape of something that a program sends; what it does not know it refuses."""

    error_messages = {"unknown": UNKNOWN, "type": KIND}  # noqa: RUF012  (the library's name)


class Told(Schema):
    """The shape of something that a program is told; there may be more fields one day."""

    class Meta:
        unknown = EXCLUDE


class Count(fields.Integer):
    """A whole number, and neither a text nor true or false."""

    def _deserialize(self, value: object, *args: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        return value


class Dinars(fields.Field[int]):
    """Centimes, written as dinars with two decimals: "1000000.00"."""

    def _serialize(self, value: int | None, *args: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        dinars, centimes = divmod(abs(value), 100)
        return f"{'-' if value < 0 else ''}{dinars}.{centimes:02d}"


def dinars(description: str, **more: Any) -> Dinars:
    about = {"type": "string", "pattern": AMOUNT, "examples": ["1000000.00"]}
    return Dinars(metadata=about | {"description": description}, **more)


def typed_dinars(description: str, **more: Any) -> fields.String:
    about = {"description": description, "examples": ["1000000.00"]}
    return fields.String(error_messages=TOLD, metadata=about, **more)


def word(description: str, words: Any) -> fields.String:
    return fields.String(
        validate=validate.OneOf(list(words)), metadata={"description": description}
    )


class LineToFile(Shape):
    """What one worksite declares."""

    worksite = fields.String(
        required=True, error_messages=TOLD, metadata={"description": "Its code."}
    )
    workers = Count(required=True, error_messages=TOLD, metadata={"minimum": 0, "maximum": 99_999})
    leave_base = typed_dinars("The base for paid leave, in dinars.", required=True)
    weather_base = typed_dinars(
        "The base for bad weather, in dinars: not above the other one, which it is when left out.",
        allow_none=True,
    )


class DeclarationToFile(Shape):
    """A declaration: a line for every open worksite, or nil where nobody worked."""

    period = fields.String(required=True, error_messages=TOLD, metadata=PERIOD)
    lines = fields.List(
        fields.Nested(LineToFile, error_messages=TOLD),
        error_messages=TOLD,
        validate=validate.Length(max=ACCESS.most_lines, error=TOO_MANY),
    )
    nil = fields.Boolean(
        truthy={True}, falsy={False}, error_messages=TOLD,
        metadata={"description": "Nobody worked at any worksite: there are no lines."},
    )  # fmt: skip


class LineFiled(Told):
    """What one worksite declared."""

    worksite = fields.String()
    name = fields.String()
    workers = fields.Integer()
    leave_base = dinars("The base for paid leave, in dinars.")
    weather_base = dinars("The base for bad weather, in dinars.")
    contributions = dinars("What they make together, in dinars.")


QUALIFIERS = sorted(
    {one for words in (DUE_WORDS, DEBIT_WORDS) for _, one in words.values() if one is not None}
)


class Standing(Told):
    """Where an amount stands: one of six words, and what narrows it."""

    word = word("Where it stands, in one word.", Word)
    qualifier = fields.String(
        allow_none=True,
        validate=validate.OneOf(QUALIFIERS),
        metadata={"description": "What narrows the word; null where the word says it all."},
    )


class DueTold(Standing):
    """One amount of the period and where it stands."""

    worksite = fields.String(metadata={"description": "Empty for what belongs to none."})
    kind = word("What is owed; a credit is below zero.", DueKind)
    amount = dinars("In dinars.")
    legal_due_on = fields.Date()
    debit = fields.String(metadata={"description": "The reference of its debit; empty: none."})
    collect_on = fields.Date(
        allow_none=True, metadata={"description": "The day of that debit; null: none."}
    )


class DeclarationTold(Told):
    """The latest revision of a declaration, and what is owed for its period."""

    period = fields.String(attribute="period.code", metadata=PERIOD)
    status = word("What became of the declaration.", DeclarationStatus)
    revision = fields.Integer(metadata={"description": "1, and one more with each correction."})
    filed_at = fields.DateTime(format="iso")
    lines = fields.List(fields.Nested(LineFiled))
    dues = fields.List(fields.Nested(DueTold))
    debit_day = fields.Date(
        allow_none=True,
        metadata={"description": "The day of its debit, or the expected one; null: no debit."},
    )


class PeriodTold(Told):
    """A period that may be declared now."""

    period = fields.String(attribute="period.code", metadata=PERIOD)
    expected = fields.Boolean(metadata={"description": "Whether the fund asks for it."})
    declare_by = fields.Date(
        metadata={"description": "Filed by then, it is debited on its collection day."}
    )
    deadline = fields.Date(metadata={"description": "The last day to declare."})
    debited_on = fields.Date(
        metadata={"description": "Filed today under an active authorisation, it is debited then."}
    )
    in_time = fields.Boolean(metadata={"description": "Whether that counts as paid in time."})


class WorksiteTold(Told):
    """An open worksite: each one has its line in a declaration."""

    code = fields.String()
    name = fields.String()
    wilaya = fields.String(attribute="wilaya_code")


class DebitTold(Standing):
    """One debit from one account on one day."""

    reference = fields.String()
    status = word("The state of the debit, finer than the word.", DebitStatus)
    amount = dinars("In dinars.")
    collect_on = fields.Date()
    account_last4 = fields.String()
    hold_reason = fields.String(
        allow_none=True, validate=validate.OneOf([one.value for one in HoldReason])
    )
    reason_code = fields.String(
        allow_none=True, metadata={"description": "Why the bank refused it, as the bank says."}
    )
    settled_on = fields.Date(allow_none=True)
    refused_on = fields.Date(allow_none=True)
    periods = fields.List(fields.String())


class ShareTold(Told):
    """One amount in a debit."""

    worksite = fields.String(metadata={"description": "Its name; empty for what has none."})
    kind = word("What is owed.", DueKind)
    period = fields.String(attribute="period.code", metadata=PERIOD)
    amount = dinars("In dinars.")


class DebitWhole(DebitTold):
    """A debit with everything that it collects."""

    shares = fields.List(fields.Nested(ShareTold))


class Periods(Told):
    """What may be declared now, the oldest first."""

    periods = fields.List(fields.Nested(PeriodTold))


class Worksites(Told):
    """The open worksites, in the order in which they came."""

    worksites = fields.List(fields.Nested(WorksiteTold))


class Debits(Told):
    """Debits, the latest first."""

    debits = fields.List(fields.Nested(DebitTold))
    next = fields.String(
        allow_none=True, metadata={"description": "Send it as `before` for older ones; null: none."}
    )


class ProblemPlace(Told):
    """One place of what was sent that cannot be taken."""

    pointer = fields.String(metadata={"description": "RFC 6901, into what was sent."})
    code = fields.String()
    message = fields.String(metadata={"description": "In Arabic or French, by Accept-Language."})
    line = fields.Integer(allow_none=True, metadata={"description": "From 1; null: no line."})
    worksite = fields.String()
    field = fields.String()
