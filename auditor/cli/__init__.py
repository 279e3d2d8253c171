"""The command line. Each command lives in its own file and is imported when it is called."""

from auditor.cli.main import main

__all__ = ["main"]
