"""What people of the fund work as. [house] (design notes §2, §8)"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"  # serves employers of an agency
    SUPERVISOR = "supervisor"  # answers for an agency's agents
    COLLECTOR = "collector"  # runs debits, files and answers
    AUDITOR = "auditor"  # sees who did what, and changes nothing
    ADMINISTRATOR = "administrator"  # staff, banks, settings
