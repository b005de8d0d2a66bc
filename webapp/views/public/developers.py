"""For developers of accounting software: how to file and read through the interface, with curl."""

from __future__ import annotations

import json

from flask import Response, current_app, request

from webapp.audiences import Audience, open_to
from webapp.domain.period import Period, Periodicity
from webapp.domain.retention import Kept, retention_of
from webapp.views import desk
from webapp.views.public.blueprint import public, show


def example(period: str) -> str:
    """A declaration of two worksites, as it is sent; the second one has one base for both."""
    lines = [
        {"worksite": "W01", "workers": 4, "leave_base": "1000000.00", "weather_base": "800000.00"},
        {"worksite": "W02", "workers": 2, "leave_base": "350000.50"},
    ]
    told = ",\n  ".join(json.dumps(line) for line in lines)
    return f'{{"period": "{period}", "lines": [\n  {told}\n]}}'


@public.get("/developers")
@open_to(Audience.PUBLIC)
def developers() -> Response:
    address = current_app.config["KHATWA"].public_address or request.url_root.rstrip("/")
    period = Period.containing(desk.moment().today, Periodicity.MONTHLY).previous().code
    return show(
        "public/developers.html",
        address=f"{address}/api/v1",
        period=period,
        declaration=example(period),
        rules=desk.ACCESS,
        kept=retention_of(Kept.API_REQUESTS).span,
    )
