"""Whom an agency goes after: what was begun and not ended, what is missing, what was promised.

[house] (design notes §2, §8)
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final


class FollowUp(StrEnum):
    """Why an employer stands in the list."""

    REMINDER = "reminder"  # a note said so
    BEGUN = "begun"  # an authorisation was begun and not signed
    CASE = "case"  # left the open days without one
    PAPER = "paper"  # the bank's or the signed paper is late, or nearly
    ACCOUNT = "account"  # the bank refused the account
    CONTACT = "contact"  # nobody can reach them


# A paper is asked after from so many days before it is due.
PAPER_NEAR: Final = timedelta(days=7)
