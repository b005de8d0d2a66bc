"""The pages of an employer: everything here is reached through its owner."""

from webapp.views.employer.blueprint import employer

from webapp.views.employer import (  # isort: skip  (each adds its routes to the blueprint)
    activation,
    authorisations,
    debits,
    declarations,
    declaring,
    filing,
    home,
    worksites,
)

__all__ = [
    "activation",
    "authorisations",
    "debits",
    "declarations",
    "declaring",
    "employer",
    "filing",
    "home",
    "worksites",
]
