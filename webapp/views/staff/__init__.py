"""The pages of the fund's own people: their access, the desk, the audit, the administration."""

from webapp.views.staff import (  # noqa: F401  (each adds its pages to the blueprint)
    account,
    accounts,
    answers,
    bank_files,
    banks,
    breach,
    channels,
    closed_days,
    confirmations,
    contacts,
    corrections,
    decisions,
    employers,
    events,
    figures,
    home,
    invitations,
    local_codes,
    members,
    money,
    processing,
    proofs,
    queue_acts,
    queues,
    rates,
    reversals,
    runs,
    schedules,
    sessions,
    sign_in,
    terms,
    undelivered,
)
from webapp.views.staff.blueprint import staff

__all__ = ["staff"]
