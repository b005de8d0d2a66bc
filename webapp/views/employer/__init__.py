"""The pages of an employer: everything here is reached through its owner."""

from webapp.views.employer.blueprint import employer

from webapp.views.employer import (  # isort: skip  (each adds its routes to the blueprint)
    activation,
    authorisations,
    ceiling,
    changing_account,
    debits,
    declarations,
    declaring,
    exceptions,
    filing,
    home,
    pausing,
    revoking,
    worksites,
)

__all__ = [
    "activation",
    "authorisations",
    "ceiling",
    "changing_account",
    "debits",
    "declarations",
    "declaring",
    "employer",
    "exceptions",
    "filing",
    "home",
    "pausing",
    "revoking",
    "worksites",
]
