"""Open the submitted file at the accused cell, as far as the program that shows it allows."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from auditor.findings import cell_names
from auditor.intake.files import INSIDE
from auditor.language import _
from auditor.review.session import Session


def opened(session: Session) -> str:
    """Starts the file's program; says where to look, also when there is no screen to open it on."""
    item = session.item
    about = session.project(item) if item else None
    if item is None or about is None:
        return _("这一条不在一个文件里")
    report, _project = about
    form = report.evaluation
    cell = item.told.spots[0].pointer if item.told.spots else ""
    place = cell_names.place(form, cell) or _("第{n}张表").format(n=form.form)
    file = Path(form.file.split(INSIDE, maxsplit=1)[0])
    command = _command(file, (form.locators.get(cell) or {}).get("line"))
    where = f"{form.file} {place}"
    if command is None or not file.exists():
        return _("请打开：{where}").format(where=where)
    try:
        subprocess.Popen(  # noqa: S603 - the user's own program, no shell
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        return _("打不开（{why}）：{where}").format(why=error.strerror, where=where)
    return _("已打开：{where}").format(where=where)


def _command(file: Path, line: int | None) -> list[str] | None:
    """The program that opens a file here; None without a screen.

    AUDITOR_OPEN names another one, with {file} and {line} in it.
    """
    if own := os.environ.get("AUDITOR_OPEN"):
        return [part.format(file=file, line=line or 1) for part in shlex.split(own)]
    if sys.platform == "darwin":
        return ["open", str(file)]
    if sys.platform == "win32":
        return ["explorer", str(file)]
    seen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    program = shutil.which("xdg-open")
    return [program, str(file)] if seen and program else None
