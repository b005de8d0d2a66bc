"""The description of the interface, as OpenAPI: made from the code, served to everybody."""

from __future__ import annotations

from flask import current_app, jsonify
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.views.api.blueprint import api


@api.get("/openapi.json")
@open_to(Audience.PUBLIC)
@api.response(200, {"type": "object"}, description="This description.")
def openapi() -> ResponseReturnValue:
    """This description.

    OpenAPI 3.1, made from the code that answers.
    """
    interface = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return jsonify(interface.spec.to_dict())
