"""The paper of an authorisation as a page, so that a device prints it and keeps no file of it."""

from __future__ import annotations

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.documents import parts_of_authorisation
from webapp.services.authorisation_papers import find_whole_paper
from webapp.services.open_days.cases import signed_on_device
from webapp.views import desk
from webapp.views.device.blueprint import at_hand, device
from webapp.views.public.checks import address_from_outside

# In the cookie of a tablet: whose paper its agent prints.
PRINTING = "printing"


@device.get("/paper/<reference>")
@open_to(Audience.AT_DEVICE)
def paper(reference: str) -> ResponseReturnValue:
    return _page(desk.who().employer_id, reference, at_device=True)


@device.get("/printed")
@open_to(Audience.TABLET)
def printed() -> ResponseReturnValue:
    """For the agent, who hands out what is to be signed by hand, and then goes on."""
    if PRINTING not in session:
        return redirect(url_for("device.find"))
    reference = session[PRINTING]
    return _page(signed_on_device(desk.session(), at_hand().id, reference), reference)


@device.post("/printed")
@open_to(Audience.TABLET)
def handed_out() -> ResponseReturnValue:
    """The next employer: the way back leads to nobody's paper."""
    session.pop(PRINTING, None)
    return desk.forgotten(redirect(url_for("device.find")))


def _page(employer_id: int, reference: str, *, at_device: bool = False) -> ResponseReturnValue:
    found = find_whole_paper(
        desk.session(), desk.working_day(), desk.vault(), employer_id, reference
    )
    parts = parts_of_authorisation(found, address_from_outside())
    return render_template("device/paper.html", parts=parts, paper=found, by_employer=at_device)
