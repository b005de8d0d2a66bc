"""The root of every error: its code, and what it is about."""

from __future__ import annotations

import re
from typing import ClassVar


class KhatwaError(Exception):
    """The root. `code` is the name of the class in snake_case, stable enough for tables."""

    code: ClassVar[str] = "khatwa_error"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, **params: object) -> None:
        if "code" in params:
            raise TypeError("`code` names the error itself")
        super().__init__()
        self.params = params
        self.__dict__.update(params)

    def __str__(self) -> str:
        about = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code}: {about}" if about else self.code
