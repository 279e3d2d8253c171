"""Logs as lines of JSON: what happened, to which number, how long; never who or which link."""

import json
import logging
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _Lines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's words and its extra fields, and no other."""
        told: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "event": record.getMessage().strip().splitlines()[0],
        }
        told |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = record.exc_info[0].__name__
            told["where"] = _where(record.exc_info[2])
        return json.dumps(told, ensure_ascii=False, default=str)


def _where(trace: TracebackType | None) -> list[str]:
    """The last places of an error in our own files; its message may hold what was handed in."""
    frames = traceback.extract_tb(trace)
    own = [frame for frame in frames if "auditor" in frame.filename or "reports" in frame.filename]
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in own[-4:]]


def configure(stream: TextIO) -> None:
    """Sends what the page and its server say to ``stream``."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Lines())
    for name, level in (("auditor.web", logging.INFO), ("uvicorn.error", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
