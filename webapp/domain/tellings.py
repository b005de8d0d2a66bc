"""Which messages an employer is always sent, and which they may silence or ask for. [house]

A kind of message (templates/messages/) that stands in no topic is always sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Weight(StrEnum):
    """How much a message is needed."""

    NEEDED = "needed"  # by the law, by the debit, or against theft: it cannot be silenced
    WISHED = "wished"  # sent until the employer wishes quiet
    ON_REQUEST = "on_request"  # sent to who asks for it


class Topic(StrEnum):
    """What messages are about, as an employer chooses among them."""

    CODES = "codes"
    SAFETY = "safety"  # who may act for them, and where their messages go
    AUTHORISATION = "authorisation"
    DEBITS = "debits"  # before they happen, and what undoes them
    REFUSALS = "refusals"
    CHARGES = "charges"  # what being late has added
    OFFICE = "office"  # what the office answers or agrees
    REMINDERS = "reminders"  # of a declaration that is due
    COLLECTED = "collected"
    LOOKS = "looks"  # of the staff at the account number


# In the order of the page on which they are chosen.
WEIGHTS: Mapping[Topic, Weight] = {
    Topic.CODES: Weight.NEEDED,
    Topic.SAFETY: Weight.NEEDED,
    Topic.AUTHORISATION: Weight.NEEDED,
    Topic.DEBITS: Weight.NEEDED,
    Topic.REFUSALS: Weight.NEEDED,
    Topic.CHARGES: Weight.NEEDED,
    Topic.OFFICE: Weight.NEEDED,
    Topic.REMINDERS: Weight.WISHED,
    Topic.COLLECTED: Weight.WISHED,
    Topic.LOOKS: Weight.ON_REQUEST,
}
TOPIC_OF: Mapping[str, Topic] = {
    kind: topic
    for topic, kinds in {
        Topic.CODES: "sign_in_code sign_mandate_code confirm_code",
        Topic.SAFETY: "contact_changed settings_changed api_key_made delegate_added",
        Topic.AUTHORISATION: "mandate_signed mandate_confirmed mandate_refused mandate_revoked "
        "mandate_expiring mandate_expired mandate_suspended mandate_resumed ceiling_changed "
        "account_changed paper_missing",
        Topic.DEBITS: "debit_announced debit_re_presented debit_moved debit_lowered debit_dropped "
        "debit_cancelled debit_reversed",
        Topic.REFUSALS: "debit_refused",
        Topic.CHARGES: "surcharge_added",
        Topic.OFFICE: "correction_answered contest_opened contest_answered schedule_proposed "
        "schedule_accepted schedule_completed schedule_broken certificate_revoked",
        Topic.REMINDERS: "declaration_due",
        Topic.COLLECTED: "debit_debited debit_settled",
        Topic.LOOKS: "account_looked_at",
    }.items()
    for kind in kinds.split()
}
# What goes the way of the notices of debits, for who wants those in their space as well.
_WITH_NOTICES = frozenset(
    {Topic.REFUSALS, Topic.CHARGES, Topic.REMINDERS, Topic.COLLECTED, Topic.LOOKS}
)


def topics_by_weight() -> dict[Weight, list[Topic]]:
    """What is sent always, what can be silenced, and what is sent on request."""
    return {
        weight: [topic for topic, known in WEIGHTS.items() if known is weight] for weight in Weight
    }


def weight_of(kind: str) -> Weight:
    """How much a kind of message is needed."""
    topic = TOPIC_OF.get(kind)
    return WEIGHTS[topic] if topic else Weight.NEEDED


def is_wanted(kind: str, *, quiet: bool, told_of_looks: bool) -> bool:
    """Whether an employer with these wishes is sent a kind of message."""
    weight = weight_of(kind)
    if weight is Weight.ON_REQUEST:
        return told_of_looks
    return weight is Weight.NEEDED or not quiet


def goes_with_notices(kind: str) -> bool:
    """Whether it stays in the space of who wants the notices of debits there alone.

    The rest is sent to some contact even then: it must not be missed by who does not look.
    """
    return TOPIC_OF.get(kind) in _WITH_NOTICES
