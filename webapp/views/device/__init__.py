"""The devices of the fund at open days: tablets of agents, kiosks, wall screens."""

from webapp.views.device import (
    assisting,
    board,
    drawing,
    finishing,
    handing_over,
    opening,
    printing,
    starting,
)
from webapp.views.device.blueprint import device

__all__ = [
    "assisting",
    "board",
    "device",
    "drawing",
    "finishing",
    "handing_over",
    "opening",
    "printing",
    "starting",
]
