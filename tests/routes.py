"""The routes of an application are compiled once for all applications of a process of tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


def keep_compiled_routes() -> None:
    """Let every application of this process share what builds its addresses.

    To compile that takes nine tenths of the time of making an application. What is compiled
    depends on the route alone: it is handed the application's own rule when it is called.
    """
    compile_one = Rule._compile_builder
    kept: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in kept:
            kept[key] = compile_one(rule, append_unknown)
        return kept[key]

    patched: Any = Rule
    patched._compile_builder = compile_once
