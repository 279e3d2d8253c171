"""A clerk's whole way in a real browser: wide and narrow, light and dark, by keyboard, no network."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.serving import EXAMPLES

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed"),
]
PICTURES = Path(__file__).parents[2] / "docs" / "serve"
LOOKS = {"wide": (1280, "light"), "phone": (390, "dark")}


class House:
    """``auditor serve`` as an operator starts it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        command = [
            sys.executable,
            "-m",
            "auditor",
            "serve",
            "--data",
            str(data),
            "--no-browser",
            "--jobs",
            "2",
        ]
        environment = os.environ | {"AUDITOR_LIST_CODE": "list-code", "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        said = self.process.stdout.readline()
        self.address = re.search(r"http://[\d.:]+/", said)[0]
        self._wait()

    def _wait(self) -> None:
        port = int(self.address.rstrip("/").rpartition(":")[2])
        for _n in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.05)
        raise AssertionError("the page did not come up")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(tmp_path_factory.mktemp("house"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=BROWSER,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--no-first-run",
            ],
        )
        yield opened
        opened.close()


@pytest.fixture(params=LOOKS, ids=str)
def tab(request, browser, house):
    width, scheme = LOOKS[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        locale="zh-CN",
        accept_downloads=True,
    )
    page = context.new_page()
    faults = []
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda r: r.url.startswith((house.address, "blob:")) or faults.append(r.url))
    page.look, page.expected = request.param, []
    yield page
    assert [f for f in faults if not any(said in f for said in page.expected)] == []
    context.close()


def looked_at(page, name: str) -> None:
    """No violation of axe, nothing wider than the window; the picture is kept where asked for."""
    violations = axe.Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if os.environ.get("AUDITOR_PICTURES") == "write":
        PICTURES.mkdir(exist_ok=True)
        page.expected.append("Applying inline style")  # what taking a picture does to a page
        page.screenshot(path=PICTURES / f"{name}-{page.look}.png")


def audited(page) -> None:
    page.wait_for_url(re.compile(r"/s/[^/]+/$"))
    page.get_by_role("heading", name="审核结果").wait_for(timeout=60_000)


def test_the_whole_way_of_a_clerk(tab, house, tmp_path):
    archive = tmp_path / "报送.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.write(EXAMPLES / "农业技术推广站.docx", "农业/表.docx")
    tab.goto(house.address)
    looked_at(tab, "home")
    tab.locator("#files").set_input_files(
        [
            EXAMPLES / "卫生服务中心.docx",
            EXAMPLES / "园林绿化养护所.xlsx",
            EXAMPLES / "农业技术推广站.txt",
            archive,
        ]
    )
    assert "卫生服务中心.docx" in tab.locator("[data-chosen]").inner_text()
    tab.get_by_role("button", name="上传并审核").click()
    audited(tab)
    looked_at(tab, "result")

    tab.locator("a[href^='#p2-']").first.click()
    assert "#p2-" in tab.url
    with tab.expect_download() as got:
        tab.get_by_role("link", name="带批注的副本").click()
    with zipfile.ZipFile(got.value.path()) as copies:
        assert any(name.endswith(".docx") for name in copies.namelist())
    with tab.expect_download() as got:
        tab.get_by_role("link", name="整改意见书（Word）").click()
    assert got.value.suggested_filename == "letter.docx"

    item = tab.locator(".item").first
    item.locator("summary").click()
    item.locator("textarea").fill("经批准，附件已报送")
    item.get_by_role("button", name="保存说明").click()
    tab.locator(".answer .given", has_text="经批准，附件已报送").wait_for()
    looked_at(tab, "answered")

    tab.locator("#files").set_input_files([EXAMPLES / "卫生服务中心.docx"])
    tab.get_by_role("button", name="上传并审核").click()
    tab.get_by_role("heading", name="和上一次相比").wait_for(timeout=60_000)
    looked_at(tab, "rounds")

    tab.get_by_text("删除这次报送和全部文件").click()
    tab.get_by_role("button", name="确定删除").click()
    tab.get_by_role("heading", name="已删除").wait_for()
    looked_at(tab, "deleted")


def test_by_keyboard_alone(tab, house):
    tab.goto(house.address)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    seen = []
    for _n in range(12):
        tab.keyboard.press("Tab")
        seen.append(tab.evaluate("document.activeElement.id || document.activeElement.innerText"))
        if seen[-1] == "用示例试一下":
            break
    assert "files" in seen
    assert seen[-1] == "用示例试一下"
    tab.keyboard.press("Enter")
    audited(tab)
    looked_at(tab, "example")


def test_dropped_files_are_sent(tab, house):
    tab.goto(house.address)
    raw = (EXAMPLES / "卫生服务中心.docx").read_bytes()
    data = tab.evaluate_handle(
        """bytes => { const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "掉下的.docx")); return data; }""",
        list(raw),
    )
    tab.dispatch_event("[data-drop]", "drop", {"dataTransfer": data})
    audited(tab)
    assert "掉下的.docx" in tab.content()


def test_what_is_too_large_is_told_before_it_is_sent(tab, house):
    tab.goto(house.address)
    tab.evaluate("document.querySelector('[data-drop]').dataset.most = 10")
    tab.locator("#files").set_input_files([EXAMPLES / "卫生服务中心.docx"])
    tab.get_by_role("button", name="上传并审核").click()
    assert "一次最多上传" in tab.locator("[data-state]").inner_text()
    assert tab.url == house.address


def test_fifty_files_at_once_with_one_that_is_locked(tab, house, tmp_path):
    samples = Path(__file__).parents[3] / "shared" / "samples"
    files = []
    for number in range(49):
        copy = tmp_path / f"表{number:02}.docx"
        shutil.copyfile(EXAMPLES / "卫生服务中心.docx", copy)
        files.append(copy)
    locked = next(iter(sorted(samples.glob("*encrypt*"))), None) if samples.is_dir() else None
    broken = tmp_path / "打不开.docx"
    broken.write_bytes(
        locked.read_bytes() if locked else b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    )
    tab.goto(house.address)
    tab.locator("#files").set_input_files([*files, broken])
    tab.get_by_role("button", name="上传并审核").click()
    audited(tab)
    told = tab.locator("section[aria-labelledby=unread]").inner_text()
    assert "打不开.docx" in told


def test_without_scripts_the_page_works_too(browser, house):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(house.address)
    page.locator("#files").set_input_files([EXAMPLES / "卫生服务中心.docx"])
    page.get_by_role("button", name="上传并审核").click()
    for _n in range(60):
        if page.get_by_role("heading", name="审核结果").count():
            break
        time.sleep(0.5)
        page.reload()
    assert page.get_by_role("heading", name="审核结果").count()
    context.close()


def test_whoever_has_the_code_sees_what_came_in(tab, house):
    tab.goto(f"{house.address}list/")
    looked_at(tab, "code")
    tab.get_by_label("口令").fill("wrong")
    tab.get_by_role("button", name="确定").click()
    tab.get_by_role("alert").wait_for()
    tab.expected.append("status of 403")  # what a browser notes of the answer to a wrong code
    tab.get_by_label("口令").fill("list-code")
    tab.get_by_role("button", name="确定").click()
    tab.get_by_role("heading", name="收到的报送").wait_for()
    looked_at(tab, "list")
    tab.get_by_role("button", name="English").click()
    tab.get_by_role("heading", name="Submissions received").wait_for()


def test_it_ends_in_order_and_keeps_what_it_has(tmp_path):
    house = House(tmp_path)
    assert house.stop() in (0, 130)
    assert (tmp_path / "submissions.sqlite").exists()
