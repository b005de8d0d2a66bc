"""Lighthouse on every kind of page, as on a phone: four scores each, and what costs a point.

python -m tests.lighthouse [--only "public home,debit"]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from tests.bench.processes import in_own_process
from tests.bench.site import demonstration, load_average, report, served
from tests.bench.visitors import find_members
from tests.lighthouse.addresses import Visit, visits
from tests.lighthouse.setting_up import CHROMIUM, HERE, set_up

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FULL = 100
ITEMS_SHOWN = 6


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--only", default="", help="kinds of page, separated by commas")
    only = [name for name in arguments.parse_args().only.split(",") if name]
    set_up()
    found = []
    with demonstration() as home:
        (settled, newcomer), _ = in_own_process(find_members, home)
        with served(home) as port:
            wanted = [
                one for one in visits(port, home, settled, newcomer) if not only or one.page in only
            ]
            report([f"{'page':<16}{'':<4}" + "".join(f"{name:>16}" for name in CATEGORIES)])
            for one in audits(wanted):
                found.append(one)
                report([line_of(one)])
    report([load_average(), *what_costs_points(found)])
    full = all(one["there"] and min(one["scores"]) == FULL for one in found)
    sys.exit(0 if full and len(found) == len(wanted) else 1)


def audits(wanted: Sequence[Visit]) -> Iterator[dict[str, Any]]:
    """What Lighthouse says of each page, as it goes; whatever was started ends with it."""
    program = subprocess.Popen(
        ["node", "run.mjs"],
        cwd=HERE,
        env={**os.environ, "CHROME_PATH": str(CHROMIUM)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdin is not None and program.stdout is not None
    try:
        with program.stdin as given:
            json.dump([asdict(one) for one in wanted], given)
        for line in program.stdout:
            yield json.loads(line)
    finally:
        program.terminate()
        program.stdout.close()
        if program.wait() > 0:
            raise RuntimeError("Lighthouse failed")


def line_of(found: dict[str, Any]) -> str:
    scores = "".join(f"{score:>16}" for score in found["scores"])
    remarks = [] if found["there"] else ["another page was shown"]
    remarks += [f"Lighthouse failed: {found['failed']}"] if found.get("failed") else []
    remarks += [f"asked again after {found['again']}"] if found.get("again") else []
    return f"{found['page']:<16}{found['language']:<4}{scores}  {', '.join(remarks)}".rstrip()


def what_costs_points(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Each audit that costs a point: what it says, of which pages, and some elements it names.

    An audit costs nothing where its category is full all the same.
    """
    pages: dict[tuple[str, str], list[str]] = defaultdict(list)
    items: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for one in found:
        full = {
            name for name, score in zip(CATEGORIES, one["scores"], strict=True) if score == FULL
        }
        for loss in one["losses"]:
            if loss["category"] in full:
                continue
            key = (f"{loss['category']}: {loss['audit']}", f"{loss['said']} ({loss['score']:.2f})")
            pages[key].append(f"{one['page']} {one['language']}")
            items[key].update(dict.fromkeys(loss["items"]))
    for key, who in sorted(pages.items()):
        yield f"\n{key[0]}: {key[1]}, on {len(who)} pages: {', '.join(who)}"
        yield from (f"    {item}" for item in list(items[key])[:ITEMS_SHOWN])


if __name__ == "__main__":
    main()
