"""LibreOffice as the maker of formats that we only read: pdf, doc, rtf, odt, xls, ods."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path


def available() -> bool:
    """Whether LibreOffice is installed."""
    return shutil.which("soffice") is not None


def convert(sources: Iterable[Path], suffix: str, folder: Path) -> None:
    """Converts all files in one call; each goes into ``folder`` with the new suffix."""
    with tempfile.TemporaryDirectory(prefix="office-") as profile:
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to",
             suffix, "--outdir", str(folder), *map(str, sources)],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
