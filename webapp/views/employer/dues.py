"""What an employer owes: every amount with its cause, its calculation, its days and its place."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NotFound
from webapp.models import DueKind
from webapp.services.dues import Wanted, list_dues
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.ids import asked_id


@employer.get("/dues")
@open_to(Audience.EMPLOYER)
def dues() -> ResponseReturnValue:
    wanted = Wanted(_kind(), request.args.get("period") or None, asked_id("after"))
    page = list_dues(desk.session(), desk.working_day(), desk.who().employer_id, wanted)
    return render_template(
        "employer/dues.html",
        page=page,
        wanted=wanted,
        kind_code=wanted.kind.value if wanted.kind else None,
    )


def _kind() -> DueKind | None:
    asked = request.args.get("kind", "")
    try:
        return DueKind(asked) if asked else None
    except ValueError:
        raise NotFound(kind="due", reference=asked) from None
