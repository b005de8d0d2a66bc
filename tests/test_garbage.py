"""How often the process looks for garbage: seldom, but it does."""

import gc
import weakref

from webapp.garbage import collect_seldom


class Node:
    """One of two that refer to each other."""

    other: "Node"


def test_what_is_made_without_end_is_still_collected_by_itself():
    """A worker that lives for weeks must not keep each pair of objects that it has made."""
    before = gc.get_threshold()
    try:
        collect_seldom()
        first, second = Node(), Node()
        first.other, second.other = second, first
        gone = weakref.ref(first)
        del first, second
        assert gone() is not None
        kept = [[number] for number in range(2 * gc.get_threshold()[0])]
        assert gone() is None, len(kept)
    finally:
        gc.set_threshold(*before)
