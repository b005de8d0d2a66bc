"""Who may import whom: the walls of the house, read from the code itself."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

WEBAPP = Path(__file__).resolve().parent.parent / "webapp"
EVERYONE_MAY_READ = {"data"}

# What each package may import of the house, besides itself.
ALLOWED = {
    "domain": set(),
    "data": {"domain"},
    "models": {"domain"},
    "banking": {"domain"},
    "adapters": {"domain"},
    "services": {"models", "banking", "adapters", "domain", "extensions"},
    "forms": {"domain"},
    "views": {
        "forms", "services", "models", "domain", "extensions", "outside", "authorisation",
        "archives", "audiences", "catalogs", "documents", "languages", "config", "reason_words",
        "statement_words", "queue_sheets", "open_days_words", "form_sheets",
    },
    "commands": {
        "archives", "authorisation", "documents", "forms", "services", "models", "domain",
        "extensions", "outside", "adapters", "config",
    },
    # Adapters are handed to services; this is where they are made.
    "outside": {
        "adapters", "config", "documents", "domain", "extensions", "models", "services",
    },
    # Papers need words, services' values and the adapter that writes them.
    "documents": {
        "adapters", "authorisation", "calendar_words", "catalogs", "config", "domain",
        "formatting", "services", "open_days_words", "statement_words", "wording",
    },
    "archives": {"documents", "domain", "services"},
    # What every page and message needs, from the inside outwards.
    "catalogs": set(),
    "formatting": {"catalogs", "domain"},
    "authorisation": {"catalogs", "domain", "formatting"},
    "message_words": {"domain", "models"},
    "retention_words": {"domain"},
    "money_words": {"domain", "models"},
    "office_words": {"domain", "models"},
    "open_days_words": {"catalogs", "domain", "models"},
    "contest_words": {"domain"},
    "desk_words": {"domain"},
    "form_words": {"services"},
    "form_sheets": {"domain", "services", "wording"},
    "queue_sheets": {"domain", "services", "wording"},
    "reason_words": {"domain"},
    "wording": {
        "domain", "models", "services", "retention_words", "money_words", "office_words",
        "open_days_words",
        "contest_words", "desk_words",
        "form_words",
        "message_words",
    },
    "calendar_words": {"catalogs", "domain", "formatting", "services"},
    "due_words": {"catalogs", "domain", "formatting", "models", "services", "wording"},
    "statement_words": {"catalogs", "due_words", "formatting", "models", "services"},
    "languages": {
        "calendar_words", "catalogs", "domain", "due_words", "formatting", "message_words",
        "reason_words",
        "retention_words", "statement_words", "wording", "extensions", "open_days_words",
    },
    "audiences": set(),
    "headers": set(),
    "static_files": set(),
    "error_pages": {"domain"},
    "garbage": set(),
    "config": {"domain"},
    "database": {"domain"},
    "extensions": {"models"},
}  # fmt: skip
EXCEPTIONS = {
    # The words of messages are adapters' business; how a word is written is formatting's.
    "adapters/message_texts.py": {"catalogs", "formatting"},
}
# "now" and "today" are arguments: whoever reads the clock is outside of these.
CLOCK = {"now", "today", "utcnow"}


def files_of(part: str) -> list[Path]:
    folder = WEBAPP / part
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [WEBAPP / f"{part}.py"]


def imports_of(file: Path) -> Iterator[tuple[int, str]]:
    """Every module that `file` imports, wherever in it: (line, dotted name)."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: import by the full name"
            module = node.module or ""
            for name in node.names:
                yield node.lineno, f"webapp.{name.name}" if module == "webapp" else module


def parts_of_the_house() -> set[str]:
    folders = {path.parent.name for path in WEBAPP.glob("*/__init__.py")}
    files = {path.stem for path in WEBAPP.glob("*.py")} - {"__init__"}
    return folders | files


def test_every_part_of_the_house_has_its_rule() -> None:
    assert parts_of_the_house() <= set(ALLOWED), "say in ALLOWED whom the new part may import"


@pytest.mark.parametrize("part", sorted(parts_of_the_house()))
def test_a_part_imports_only_what_it_may(part: str) -> None:
    wrong = []
    for file in files_of(part):
        name = file.relative_to(WEBAPP).as_posix()
        allowed = ALLOWED.get(part, set()) | EVERYONE_MAY_READ | EXCEPTIONS.get(name, set())
        wrong += [
            f"webapp/{name}:{line} imports {module}"
            for line, module in imports_of(file)
            if module.split(".")[0] == "webapp"
            and module.removeprefix("webapp.").split(".")[0] not in allowed | {part}
        ]
    assert not wrong, "\n".join(wrong)


def test_the_rules_need_nothing_but_python_itself() -> None:
    wrong = [
        f"{file.relative_to(WEBAPP)}:{line} imports {module}"
        for file in files_of("domain")
        for line, module in imports_of(file)
        if module.split(".")[0] not in sys.stdlib_module_names | {"webapp"}
        or module.startswith("webapp.data")
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("part", ["domain", "services", "models", "banking"])
def test_flask_stays_outside(part: str) -> None:
    wrong = [
        f"{file.relative_to(WEBAPP)}:{line} imports {module}"
        for file in files_of(part)
        for line, module in imports_of(file)
        if module.split(".")[0].startswith("flask")
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("part", ["domain", "services", "banking"])
def test_nobody_inside_reads_a_clock(part: str) -> None:
    wrong = [
        f"{file.relative_to(WEBAPP)}:{node.lineno} reads the clock"
        for file in files_of(part)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date"}
    ]
    assert not wrong, "\n".join(wrong)


def test_no_file_is_named_after_nothing() -> None:
    assert not list(WEBAPP.rglob("util*.py")), "call it by what it does"
