"""Reading with another vocabulary for a while, as for a benchmark or a province that is new."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from auditor import resources
from auditor.forms import cell_placement, columns, goals, header_pairs, row_roles, signs, titles
from auditor.forms import vocabulary as words

_READERS = (columns, goals, header_pairs, cell_placement, row_roles, signs, titles, words)


@contextmanager
def replaced(listed: dict[str, Any]) -> Iterator[None]:
    """Within the block every reader knows the words of ``listed`` and no others."""
    with resources.instead_of_vocabulary(listed):
        _forget()
        try:
            yield
        finally:
            _forget()


def _forget() -> None:
    """Drops everything that the readers keep of the vocabulary."""
    for module in _READERS:
        for value in vars(module).values():
            clear = getattr(value, "cache_clear", None)
            if clear is not None and getattr(value, "__module__", "").startswith("auditor.forms"):
                clear()
