"""The layouts of bank files: every module beside this one that has a `LAYOUT` is one.

A bank's own layout is one more file here; a channel then takes it by its name.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from webapp.banking.layouts.layout import Layout
from webapp.domain.channel_terms import DEFAULT_LAYOUT
from webapp.domain.errors import UnsupportedMessage


@cache
def layouts() -> Mapping[str, Layout]:
    """Every layout by its name, the default first, the others in the order of their names."""
    modules = [
        import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    ]
    found = [module.LAYOUT for module in modules if hasattr(module, "LAYOUT")]
    found.sort(key=lambda layout: (layout.name != DEFAULT_LAYOUT, layout.name))
    return {layout.name: layout for layout in found}


def layout_named(name: str) -> Layout:
    """The layout of that name. Raises UnsupportedMessage when there is none."""
    try:
        return layouts()[name]
    except KeyError:
        raise UnsupportedMessage(name=name) from None
