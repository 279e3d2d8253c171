"""The HTML report as PDF, by whichever is installed: Chromium (or Edge), else WeasyPrint."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from auditor.intake.own_outputs import CATEGORY
from auditor.language import _
from auditor.reporting import pages
from auditor.reporting.report_input import ReportInput
from auditor.resources import ResourceError

_BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "microsoft-edge-stable", "msedge",
)  # fmt: skip
_QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--hide-scrollbars",
    "--no-pdf-header-footer", "--virtual-time-budget=10000",
    f"--user-agent={CATEGORY}",  # it becomes the PDF's /Creator
)  # fmt: skip
_SECONDS = 300
_DATE = re.compile(rb"\(D:\d{14}[+\-Z][\d']*\)")


def pdf(material: ReportInput) -> bytes:
    """The PDF; it carries no date of its making.

    Raises:
        ResourceError: neither program is there, or the one that is failed.
    """
    html = pages.html(material)
    browser = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    return _undated(_by_browser(browser, html) if browser else _by_weasyprint(html))


def _by_browser(browser: str, html: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="auditor-pdf-") as folder:
        source, made = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_text(html, encoding="utf-8")
        command = [
            browser, *_QUIET, f"--user-data-dir={folder}/profile", f"--print-to-pdf={made}",
            *_sandbox(), source.as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603
            return made.read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise ResourceError(_("浏览器没有生成 PDF：{why}").format(why=error)) from error


def _sandbox() -> tuple[str, ...]:
    """Chromium refuses to run sandboxed as root; the page that it opens runs no foreign script."""
    import os

    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()


def _by_weasyprint(html: str) -> bytes:
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        said = _("生成 PDF 需要 Chromium、Edge，或 pip install 'auditor[pdf]'（WeasyPrint）")
        raise ResourceError(said) from error
    made: bytes = weasyprint.HTML(string=html, url_fetcher=_nothing).write_pdf(
        pdf_identifier=b"auditor"
    )
    return made


def _nothing(url: str, *_more: object, **_options: object) -> dict[str, object]:
    raise ValueError(f"nothing is fetched: {url}")


def _undated(raw: bytes) -> bytes:
    """Dates of making replaced by one of the same length, so that no offset moves."""
    return _DATE.sub(lambda found: b"(D:20000101000000" + found[0][17:], raw)
