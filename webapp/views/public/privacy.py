"""The privacy notice: which data, why, how they are kept, and the rights over them."""

from __future__ import annotations

from flask import Response

from webapp.audiences import Audience, open_to
from webapp.domain.retention import RETENTIONS, Kept
from webapp.views.public.blueprint import public, show

# What is kept about the fund's own people stands in the register of processing, not here.
OF_THE_STAFF = frozenset({Kept.STAFF, Kept.STAFF_INVITATIONS, Kept.RECOVERY_CODES})


@public.get("/privacy")
@open_to(Audience.PUBLIC)
def privacy() -> Response:
    told = [line for line in RETENTIONS if line.kept not in OF_THE_STAFF]
    return show("public/privacy.html", retentions=told)
