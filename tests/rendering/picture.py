"""``python -m tests.rendering.picture`` draws ``docs/report.png``, the picture in the README.

rich's own SVG export sets Chinese text too narrow, so the report goes through HTML and headless
Chromium (Debian: chromium, fonts-noto-cjk).
"""

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from auditor.pipeline import Extraction, audit, choose
from auditor.reporting.report_input import ReportInput
from auditor.reporting.terminal import print_audit
from tests.rendering.examples import forms_of

TARGET = Path(__file__).parents[2] / "docs" / "report.png"
_PAGE = """<!DOCTYPE html><meta charset="utf-8"><style>{stylesheet}
body {{ margin: 0; padding: 18px; background: {background}; color: {foreground}; }}
pre {{ margin: 0; font: 15px/1.35 "Noto Sans Mono CJK SC", monospace; }}
</style><pre>{code}</pre>"""
_SIZE = "790,1130"


def page() -> str:
    """The report on the second form of the health centre, as HTML."""
    choice = choose()
    form = forms_of("卫生服务中心")[1]
    form.file = "卫生服务中心.docx"
    result = audit(Extraction([form]), choice)
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    print_audit(console, ReportInput(result, {rule.id: rule for rule in choice.rules}), quiet=False)
    return console.export_html(theme=MONOKAI, code_format=_PAGE)


def main() -> None:
    """Draws the picture."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "Chromium is needed to draw the picture"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.html"
        source.write_text(page(), "utf-8")
        subprocess.run(
            [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
             "--disable-background-networking", f"--user-data-dir={folder}/profile",
             f"--window-size={_SIZE}", f"--screenshot={TARGET}", source.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
