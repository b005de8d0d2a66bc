"""The pages of an employer: everything here is reached through its owner."""

from webapp.views.employer.blueprint import employer

from webapp.views.employer import (  # isort: skip  (each adds its routes to the blueprint)
    activation,
    authorisations,
    confirming,
    debits,
    declarations,
    declaring,
    delegates,
    filing,
    home,
    my_data,
    sessions,
    settings,
    worksites,
)

__all__ = [
    "activation",
    "authorisations",
    "confirming",
    "debits",
    "declarations",
    "declaring",
    "delegates",
    "employer",
    "filing",
    "home",
    "my_data",
    "sessions",
    "settings",
    "worksites",
]
