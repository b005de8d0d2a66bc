"""The paper of an authorisation as a page, so that a device prints it and keeps no file of it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.documents import parts_of_authorisation
from webapp.services.authorisation_papers import find_whole_paper
from webapp.services.open_days.cases import signed_on_device
from webapp.views import desk
from webapp.views.device.blueprint import at_hand, device
from webapp.views.public.checks import address_from_outside


@device.get("/paper/<reference>")
@open_to(Audience.AT_DEVICE)
def paper(reference: str) -> ResponseReturnValue:
    return _page(desk.who().employer_id, reference, at_device=True)


@device.get("/printed/<reference>")
@open_to(Audience.TABLET)
def printed(reference: str) -> ResponseReturnValue:
    """For the agent, who hands out what is to be signed by hand."""
    return _page(signed_on_device(desk.session(), at_hand().id, reference), reference)


def _page(employer_id: int, reference: str, *, at_device: bool = False) -> ResponseReturnValue:
    found = find_whole_paper(
        desk.session(), desk.working_day(), desk.vault(), employer_id, reference
    )
    parts = parts_of_authorisation(found, address_from_outside())
    return render_template("device/paper.html", parts=parts, paper=found, by_employer=at_device)
