"""The blueprint of the employers' pages, and what each of them shows: who is signed in."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Blueprint, g, request

from webapp.domain.errors import NotFound
from webapp.languages import PREFIX, current_language, prefix_with_language
from webapp.views import desk

employer = Blueprint("employer", __name__, url_prefix=PREFIX)
prefix_with_language(employer)


@employer.before_request
def _refuse_zero_bytes() -> None:
    """No period, reference or key of ours holds one, and PostgreSQL takes none in a text."""
    asked = (*(request.view_args or {}).values(), *request.args.values())
    if any("\0" in str(text) for text in (*asked, request.form.get("form_key", ""))):
        raise NotFound(kind="page", reference=request.path)


@employer.app_context_processor
def _who_is_signed_in() -> dict[str, object]:
    if "who" not in g:
        return {}
    who = desk.who()
    return {
        "who": SimpleNamespace(
            name=who.name_in(current_language().code),
            member_number=who.member_number,
            signatory=who.signatory_name,
            acting=who.person_id is not None,
            by_case=who.case_id is not None,
        )
    }
