"""auditor reads 项目支出绩效自评表 and says which cell is wrong, what it should be, and why.

``auditor.audit(paths | evaluations | DataFrame, profile=…)`` returns a :class:`auditor.Result`.
"""

from typing import TYPE_CHECKING, Any

from auditor.version import __version__

if TYPE_CHECKING:
    from auditor.api import Result, audit

__all__ = ["Result", "__version__", "audit"]


def __getattr__(name: str) -> Any:
    """``audit`` and ``Result`` load what they need when they are first used, not on import."""
    if name in ("Result", "audit"):
        from auditor import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
