"""The codes on our papers: made with a key of ours, so that no table of them is needed."""

from __future__ import annotations

import hmac

from webapp.adapters.vault import Vault
from webapp.domain.check_codes import CheckCode, proof_from


def code_of(vault: Vault, number: str) -> str:
    """The code to print on a paper of that number, in groups of four."""
    return CheckCode(number, _proof(vault, number)).grouped


def is_genuine(vault: Vault, code: CheckCode) -> bool:
    """Whether we have made this code; it takes as long for a wrong one."""
    return hmac.compare_digest(_proof(vault, code.number), code.proof)


def _proof(vault: Vault, number: str) -> str:
    # Another text than that of the longer proof in older codes: neither is a part of the other.
    return proof_from(vault.blind_index(f"check code:{number}"))
