"""LibreOffice, where it is installed: the second reader of what the first parser gives up on.

Its own program file is started, not the script around it, so that nothing is between it and us: it
dies with the worker that started it (Linux), has a time limit, and a profile of its own that lets
no macro run and no link be followed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from auditor.intake.child_processes import bound

SECONDS: float = 60  # a third of what a worker may take in all, start and second start included
_RESTART = (79, 81)  # how it ends when it wants to be started again, a fresh profile being made
_FILTERS = {"doc": "MS Word 97", "rtf": "Rich Text Format", "xls": "MS Excel 97", "odf": ""}
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def program() -> Path | None:
    """The program itself, or None when it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None or sys.platform == "win32":
        return None
    real = Path(os.path.realpath(found)).with_name("soffice.bin")
    return real if real.is_file() else None


def converted(raw: bytes, kind: str, target: str = "docx") -> bytes | None:
    """A ``doc``, ``rtf``, ``xls`` or ``odf`` as ``docx`` or ``xlsx``.

    None when there is no LibreOffice or it fails too.
    """
    found = program()
    if found is None:
        return None
    with tempfile.TemporaryDirectory(prefix="auditor-office-") as folder:
        home = Path(folder)
        (home / "profile" / "user").mkdir(parents=True)
        (home / "profile" / "user" / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
        source = home / f"form.{kind}"
        source.write_bytes(raw)
        command = [
            str(found), f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless",
            "--norestore", *([f"--infilter={_FILTERS[kind]}"] if _FILTERS[kind] else ()),
            "--convert-to", target, "--outdir", str(home / "made"), str(source),
        ]  # fmt: skip
        for _attempt in range(2):
            if _run(command, home) not in _RESTART:
                break
        made = home / "made" / f"form.{target}"
        return made.read_bytes() if made.is_file() else None


def _run(command: list[str], home: Path) -> int:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, no shell
            command, cwd=home, env={**os.environ, "HOME": str(home), "SAL_USE_VCLPLUGIN": "svp"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=SECONDS, check=False, preexec_fn=bound(),
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError):
        return -1
    return done.returncode
