"""The first page: what the service does, for someone who has never heard of it."""

from __future__ import annotations

from flask import Response

from webapp.audiences import Audience, open_to
from webapp.domain.rules import CollectionRules
from webapp.views.public.blueprint import public, show

EXAMPLE_AMOUNTS_CENTIMES = (648_000_00, 388_800_00, 259_200_00)


@public.get("/")
@open_to(Audience.PUBLIC)
def home() -> Response:
    return show(
        "public/home.html",
        notice_bank_days=CollectionRules().notice_bank_days,
        example_amounts=EXAMPLE_AMOUNTS_CENTIMES,
    )
