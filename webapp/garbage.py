"""How often the process looks for unreachable objects that refer to each other."""

from __future__ import annotations

import gc
from typing import Final

THRESHOLDS: Final = (50_000, 20, 50)


def collect_seldom() -> None:
    """Set aside what lives as long as the process, and look at the rest more seldom.

    What Python does by default walks over every row held in memory again and again: a quarter of
    the processor time of an import, a tenth of a run. Rows refer to nothing that refers back, and
    go when their last user goes; only what does otherwise waits longer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
