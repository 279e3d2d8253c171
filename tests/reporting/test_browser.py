"""The HTML report in a real browser: links, filters, keyboard, phone, print, dark and offline."""

import re
import shutil

import pytest

from tests.building import material_of
from tests.cli.test_cli import EXAMPLES
from tests.reporting.test_hostile_reports import hostile

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=BROWSER,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync", "--no-first-run"],
        )  # fmt: skip
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    from auditor.reporting import outputs

    page = tmp_path_factory.mktemp("html") / "report.html"
    page.write_text(outputs.whole("html", material_of(*sorted(EXAMPLES.glob("*.docx")))), "utf-8")
    return page


@pytest.fixture
def tab(browser, report):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request", lambda request: request.url.startswith("file:") or faults.append(request.url)
    )
    page.goto(report.as_uri())
    yield page
    page.close()
    assert faults == []


def counted(tab) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", tab.locator(".filters output").inner_text())))


def test_filters_show_what_is_asked_for(tab):
    assert counted(tab) == (9, 9, 45)
    tab.uncheck("input[value=warning]")
    tab.uncheck("input[value=advice]")
    assert counted(tab) == (7, 9, 13)
    assert tab.locator(".finding.warning:visible").count() == 0
    tab.select_option("select[name=unit]", "示例市社区卫生服务中心")
    assert counted(tab) == (2, 9, 3)
    assert tab.locator("section.project:visible").count() == 2
    tab.click("button[type=reset]")
    tab.wait_for_function(
        "document.querySelectorAll('tr[data-project]:not([hidden])').length === 9"
    )
    assert counted(tab) == (9, 9, 45)
    tab.select_option("select[name=rule]", "X02")
    assert counted(tab) == (1, 9, 1)
    tab.click("button[type=reset]")
    tab.fill("input[type=search]", "道路")
    assert tab.locator("tr[data-project]:visible").count() == 1


def test_a_cell_leads_to_its_finding_and_back(tab):
    cell = tab.locator("#p5-funds-0-rate")
    cell.locator("a.mark").first.click()
    assert tab.url.endswith("#p5-f2")
    assert tab.locator("#p5-f2").is_visible()
    tab.locator("#p5-f2 dd a").first.click()
    assert tab.url.endswith("#p5-funds-0-rate")
    box = cell.bounding_box()
    assert 0 <= box["y"] < 900


def test_every_link_leads_somewhere(tab):
    broken = tab.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')]"
        ".filter(a => !document.getElementById(a.getAttribute('href').slice(1))).length"
    )
    assert broken == 0


def test_the_keyboard_reaches_filters_and_skips_to_the_text(tab):
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.name") == "level"
    tab.keyboard.press("Space")
    assert counted(tab)[2] < 45


def test_names_are_there_for_a_screen_reader(tab):
    unnamed = tab.evaluate(
        "[...document.querySelectorAll('input, select, svg[role=img], [role=region]')].filter("
        "e => !e.closest('label') && !e.getAttribute('aria-label')).length"
    )
    assert unnamed == 0
    assert tab.evaluate("document.documentElement.lang") == "zh-CN"
    assert tab.evaluate("[...document.querySelectorAll('h1')].length") == 1


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_is_wider_than_its_screen(browser, report, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_on_light_and_dark(browser, report, scheme):
    """Contrast of text with what is behind it: at least 4.5 to 1 (WCAG AA)."""
    page = browser.new_page(color_scheme=scheme)
    page.goto(report.as_uri())
    worst = page.evaluate(
        """() => {
      const parse = (c) => c.match(/[\\d.]+/g).map(Number);
      const light = ([r, g, b]) => [r, g, b].map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; })
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const behind = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0.99) return c; } return [255, 255, 255]; };
      let worst = 99;
      for (const e of document.querySelectorAll('p, td, th, dt, dd, h1, h2, h3, h4, a, .tag, .verdict, label, footer, del, ins')) {
        if (!e.textContent.trim() || !e.checkVisibility()) continue;
        const a = light(parse(getComputedStyle(e).color)), b = light(behind(e));
        worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
      }
      return worst;
    }"""
    )
    assert worst >= 4.5
    page.close()


def test_print_leaves_out_the_controls_and_keeps_the_forms(browser, report):
    page = browser.new_page()
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible()
    assert page.locator("table.form").first.is_visible()
    assert len(page.pdf(prefer_css_page_size=True)) > 10_000
    page.close()


def test_hostile_text_runs_nothing_and_stays_inside(browser, tmp_path):
    from auditor.reporting import outputs

    target = tmp_path / "hostile.html"
    target.write_text(outputs.whole("html", hostile()), "utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 800})
    ran = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.goto(target.as_uri())
    assert ran == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("section.project").count() == 8
    page.close()


def test_without_scripts_everything_is_there(browser, report):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert not page.locator(".filters").is_visible()
    assert page.locator(".finding:visible").count() == 45
    context.close()


def test_a_folder_of_pages_is_filtered_by_its_index(browser, tmp_path):
    from auditor.reporting import outputs

    for name, text in outputs.pages("html", material_of(*sorted(EXAMPLES.glob("*.docx")))):
        (tmp_path / name).write_text(text, "utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    page.select_option("select[name=rule]", "X02")
    assert counted(page) == (1, 9, 1)
    page.locator("tr[data-project]:visible a").click()
    assert page.url.endswith("005.html")
    page.click("nav a >> text=下一个")
    assert page.url.endswith("006.html")
    page.close()
