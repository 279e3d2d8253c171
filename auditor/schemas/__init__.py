"""The published JSON Schemas: evaluation, findings and rule."""

import json
from pathlib import Path
from typing import Any

NAMES = ("evaluation", "findings", "rule")


def load(name: str) -> dict[str, Any]:
    """The JSON Schema called ``evaluation``, ``findings`` or ``rule``."""
    text = (Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
