"""The pages of the fund's own people: their access, the desk, the audit, the administration."""

from webapp.views.staff import (  # noqa: F401  (each adds its pages to the blueprint)
    account,
    accounts,
    breach,
    contacts,
    employers,
    events,
    home,
    invitations,
    members,
    processing,
    sessions,
    sign_in,
)
from webapp.views.staff.blueprint import staff

__all__ = ["staff"]
