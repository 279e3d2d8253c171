"""``python -m tests.rendering.report_pictures`` draws ``docs/reports/*.png``, a picture per report.

From ``reports/samples/``; needs Chromium, LibreOffice and the Noto CJK fonts of Debian.
"""

import html
import shutil
import subprocess
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from auditor.reporting.markup.copies import mark
from tests.building import material_of
from tests.rendering import office

ROOT = Path(__file__).parents[2]
SAMPLES, TARGET = ROOT / "reports" / "samples", ROOT / "docs" / "reports"
TEXTS = {
    "terminal": "terminal-80-zh.txt", "markdown": "report.md", "csv": "findings.csv",
    "json": "findings.json", "sarif": "findings.sarif", "junit": "junit.xml",
    "github": "github.txt", "gitlab": "gitlab.json",
}  # fmt: skip
LINES = 26
NOTES = 'pdf:writer_pdf_Export:{"ExportNotesInMargin":{"type":"boolean","value":"true"}}'


def kept(name: str, picture: Image.Image) -> None:
    """Few colours, so that the repository stays small."""
    few = picture.convert("RGB").quantize(96, dither=Image.Dither.NONE)
    few.save(TARGET / f"{name}.png", optimize=True)
    print(name, few.size)


def page(
    browser: Browser, name: str, source: Path, size: tuple[int, int], **options: object
) -> None:
    anchor = options.pop("anchor", "")
    tab = browser.new_page(viewport={"width": size[0], "height": size[1]}, **options)
    tab.goto(source.as_uri() + str(anchor))
    tab.wait_for_timeout(300)
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        tab.screenshot(path=file.name)
        kept(name, Image.open(file.name))
    tab.close()


def text(browser: Browser, name: str, source: Path, folder: Path, most: int = LINES) -> None:
    lines = source.read_text("utf-8-sig").splitlines()[:most]
    shown = html.escape("\n".join(line[:130] for line in lines))
    made = folder / f"{name}.html"
    style = 'font:14px/1.4 "Noto Sans Mono CJK SC",monospace;margin:12px'
    made.write_text(f"<meta charset=\"utf-8\"><pre style='{style}'>{shown}</pre>", "utf-8")
    page(browser, name, made, (960, most * 20 + 20))


def printed(name: str, source: Path, number: int = 0, scale: float = 1.1, top: float = 1.0) -> None:
    """A page of a PDF; ``top`` is how much of it, from above."""
    picture = pypdfium2.PdfDocument(source)[number].render(scale=scale, draw_annots=True).to_pil()
    kept(name, picture.crop((0, 0, picture.width, int(picture.height * top))))


def as_pdf(source: Path, folder: Path, kind: str = "pdf") -> Path:
    office.convert([source], kind, folder)
    return folder / f"{source.stem}.pdf"


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        folder = Path(name)
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for format_, file in TEXTS.items():
            text(browser, format_, SAMPLES / file, folder)
        text(browser, "review", ROOT / "tests/snapshots/review-80x24.txt", folder, 24)
        page(browser, "html", SAMPLES / "report.html", (1200, 1500))
        page(browser, "html-project", SAMPLES / "report.html", (1200, 1300), anchor="#p5")
        page(
            browser,
            "html-phone",
            SAMPLES / "report.html",
            (390, 800),
            color_scheme="dark",
            anchor="#p5",
        )
        sheet = as_pdf(SAMPLES / "report.xlsx", folder)
        printed("xlsx", sheet, 0, 1.2)
        printed("xlsx-findings", sheet, 3, 2.2, 0.5)
        printed("docx", as_pdf(SAMPLES / "letters.docx", folder))
        report = folder / "report.pdf"
        subprocess.run(
            ["python", "-c", "from auditor.cli import main; main()", "report",
             str(SAMPLES / "findings.json"), "--format", "pdf", "-o", str(report)], check=True,
        )  # fmt: skip
        printed("pdf", report, 4)
        source = ROOT / "examples" / "卫生服务中心.docx"
        shutil.copy(as_pdf(source, folder / "plain"), folder / "表.pdf")
        (copy,) = mark(material_of(folder / "表.pdf"), folder / "marked")
        assert copy.target is not None
        printed("marked-pdf", copy.target, 1, top=0.62)
        printed(
            "marked-docx",
            as_pdf(SAMPLES / "marked" / "卫生服务中心.docx", folder / "notes", NOTES),
            1,
            top=0.62,
        )
        printed(
            "marked-xlsx",
            as_pdf(SAMPLES / "marked" / "卫生服务中心.xlsx", folder / "notes"),
            1,
            top=0.62,
        )
        browser.close()


if __name__ == "__main__":
    main()
