"""The pages of an employer: everything here is reached through its owner."""

from webapp.views.employer.blueprint import employer

from webapp.views.employer import (  # isort: skip  (each adds its routes to the blueprint)
    activation,
    authorisations,
    ceiling,
    changing_account,
    confirming,
    data_export,
    debits,
    declarations,
    declaring,
    delegates,
    exceptions,
    filing,
    home,
    my_data,
    pausing,
    revoking,
    sessions,
    settings,
    worksites,
)

__all__ = [
    "activation",
    "authorisations",
    "ceiling",
    "changing_account",
    "confirming",
    "data_export",
    "debits",
    "declarations",
    "declaring",
    "delegates",
    "employer",
    "exceptions",
    "filing",
    "home",
    "my_data",
    "pausing",
    "revoking",
    "sessions",
    "settings",
    "worksites",
]
