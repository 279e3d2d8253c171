"""The review: driven as a person drives it, by its keys and by its prompts."""

import asyncio
import datetime as dt
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditor.findings.decisions import ACCEPT, ASK, WAIVE, Decision, Decisions
from auditor.pipeline import Extraction, audit, choose, extract
from auditor.reporting.report_input import ReportInput
from auditor.review import file_opener
from auditor.review.app import Review
from auditor.review.plain import run as run_plain
from auditor.review.session import OPEN, Session
from tests.cli.test_cli import EXAMPLES, run

ROOT = Path(__file__).parents[2]
SNAPSHOTS = ROOT / "tests" / "snapshots"
DAY = dt.date(2025, 3, 1)


def session(file: Path, *, of=None) -> Session:
    choice = choose()
    if of is None:
        paths = sorted(str(p.relative_to(ROOT)) for p in EXAMPLES.glob("*.docx"))
        before = Path.cwd()
        os.chdir(ROOT)
        try:
            forms = extract(paths).evaluations
        finally:
            os.chdir(before)
    else:
        forms = of
    material = ReportInput(audit(Extraction(list(forms)), choice), {r.id: r for r in choice.rules})
    return Session.begun(material, Decisions.read(file), "审核人", DAY)


def kept(file: Path) -> dict[str, tuple[str, str]]:
    return {d.fingerprint: (d.decision, d.reason) for d in Decisions.read(file)}


def screen(app: Review) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


def driven(file: Path, size, steps) -> Session:
    """Runs ``steps`` (a coroutine of app and pilot) in an application of that size."""
    one = session(file)
    app = Review(one)

    async def go():
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(app, pilot)

    asyncio.run(go())
    return one


async def typed(pilot, text: str) -> None:
    for letter in text:
        await pilot.press(letter)
    await pilot.press("enter")
    await pilot.pause()


# --- the application ------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_the_screens_are_those_that_were_reviewed(size, tmp_path):
    shots = []

    async def steps(app, pilot):
        shots.append(screen(app))
        await pilot.press("a", "pagedown", "pagedown", "pagedown", "j")
        await pilot.pause()
        shots.append(screen(app))
        await pilot.press("w")
        await pilot.pause()
        shots.append(screen(app))
        await typed(pilot, "批复另有规定")
        await pilot.press("f", "z")
        await pilot.pause()
        shots.append(screen(app))

    driven(tmp_path / "w.yaml", size, steps)
    shown = ("=" * size[0] + "\n").join(shots)
    file = SNAPSHOTS / f"review-{size[0]}x{size[1]}.txt"
    if os.environ.get("AUDITOR_SNAPSHOTS") == "write":
        file.write_text(shown, "utf-8")
    assert shown == file.read_text("utf-8")
    assert max(len(line) for line in shown.splitlines()) <= size[0]


def test_a_whole_submission_is_reviewed_quit_and_resumed(tmp_path):
    file = tmp_path / "w.yaml"

    async def half(app, pilot):
        total = len(app.session.items)
        await pilot.press("a")
        await pilot.press("w")
        await pilot.pause()
        await typed(pilot, "批复另有规定")
        await pilot.press("k")
        await pilot.press("u")
        await pilot.pause()
        assert app.session.counts() == {OPEN: total - 2, ACCEPT: 1, WAIVE: 1, ASK: 0}
        for _n in range(20):
            await pilot.press("a")
        await pilot.press("q")

    first = driven(file, (80, 24), half)
    saved = kept(file)
    assert len(saved) == 22

    async def rest(app, pilot):
        assert app.session.counts()[OPEN] == len(app.session.items) - 22
        assert app.session.state(app.session.item) == OPEN  # it stands where work is left
        while app.session.counts()[OPEN]:
            await pilot.press("a")
        await pilot.pause()
        assert "没有未定的了" in screen(app)

    driven(file, (80, 24), rest)
    done = kept(file)
    assert len(done) == len(first.items)
    assert {k: done[k] for k in saved} == saved


def test_a_waiver_without_a_reason_is_refused_on_screen(tmp_path):
    async def steps(app, pilot):
        await pilot.press("w")
        await pilot.pause()
        await typed(pilot, "")
        assert "没有理由，不豁免" in screen(app)
        await pilot.press("w")
        await pilot.pause()
        await pilot.press("x", "escape")
        await pilot.pause()

    driven(tmp_path / "w.yaml", (80, 24), steps)
    assert kept(tmp_path / "w.yaml") == {}


def test_filters_and_search_take_chinese_and_say_what_is_left(tmp_path):
    async def steps(app, pilot):
        await pilot.press("f")
        await pilot.pause()
        assert {app.session.items[n].told.severity for n in app.session.shown} == {"error"}
        await pilot.press("slash")
        await pilot.pause()
        await typed(pilot, "绿化")
        assert "显示 3 条" in screen(app)
        assert app.projects == [6, 7]
        await pilot.press("slash")
        await pilot.pause()
        await pilot.press(*["backspace"] * 4)
        await typed(pilot, "不存在的词")
        assert "没有符合筛选的发现" in screen(app)
        await pilot.press(
            "a", "w", "k", "u", "n", "j", "i", "o", "e", "pagedown", "z"
        )  # nothing breaks

    driven(tmp_path / "w.yaml", (80, 24), steps)


def test_every_key_is_on_screen_in_both_languages(tmp_path):
    from auditor import language
    from auditor.review.app import _keys

    try:
        for lang in language.LANGUAGES:
            language.use(lang)
            lines = _keys().splitlines()
            from rich.cells import cell_len

            assert all(cell_len(line) <= 80 for line in lines)
            for key in "awknfoueqz/":
                assert f"{key}" in "".join(lines)
    finally:
        language.use("zh")


def test_what_one_finding_of_the_batch_tells_is_decided_for_all_its_forms(tmp_path):
    one = session(tmp_path / "w.yaml")
    place = next(n for n, i in enumerate(one.items) if i.told.folded_into is not None)
    one.at = one.shown.index(place)
    assert one.spread() == []
    one.decide(WAIVE, "模板没有成本指标")
    folded = one.items[place].told.folded_into
    members = [i for i in one.items if i.told.folded_into == folded]
    assert len(one.spread()) == len(members) - 1
    assert {one.state(i) for i in members} == {WAIVE}
    one.undo()
    assert [one.state(i) for i in members].count(WAIVE) == 1


def test_an_expired_waiver_is_open_again(tmp_path):
    one = session(tmp_path / "w.yaml")
    item = one.items[0]
    one.decisions.decide(Decision(item.told.fingerprint, reason="旧", until="2025-02-28"))
    assert one.state(item) == OPEN


def test_two_sessions_on_one_file_see_each_other_and_lose_nothing(tmp_path):
    file = tmp_path / "w.yaml"
    one, other = session(file), session(file)
    first, second = one.items[0], one.items[1]
    one.decide(ACCEPT)
    assert other.state(first) == OPEN
    assert other.refresh()
    assert other.state(first) == ACCEPT
    other.move(1)
    other.decide(WAIVE, "另有批复")
    one.refresh()
    assert [one.state(item) for item in (first, second)] == [ACCEPT, WAIVE]
    assert not one.refresh()
    other.move(-1)
    other.decide(ASK)  # over what the first session decided: undoing that must not undo this
    assert one.undo()
    assert kept(file)[first.told.fingerprint][0] == ASK
    assert len(kept(file)) == 2


def test_what_another_reviewer_decides_appears_by_itself(tmp_path, monkeypatch):
    monkeypatch.setattr("auditor.review.app._REFRESH", 0.05)
    file = tmp_path / "w.yaml"
    other = session(file)

    async def steps(app, pilot):
        other.decide(ACCEPT)
        await pilot.pause(0.3)
        assert app.session.counts()[ACCEPT] == 1
        assert "另一位审核人" in screen(app)
        file.write_text("- {fingerprint: x}\n", "utf-8")
        await pilot.pause(0.3)
        assert "fingerprint" in screen(app)
        assert app.session.counts()[ACCEPT] == 1

    driven(file, (80, 24), steps)


def test_a_last_tick_of_the_clock_while_the_screen_goes_down_is_harmless(tmp_path):
    file = tmp_path / "w.yaml"

    async def steps(app, pilot):
        file.write_text("- {fingerprint: x}\n", "utf-8")
        await app.query_one("#said").remove()
        app._refresh()

    driven(file, (80, 24), steps)


def test_a_decision_that_cannot_be_saved_is_not_shown_as_made(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x", "utf-8")

    async def steps(app, pilot):
        app.session.decisions.file = blocked / "w.yaml"
        await pilot.press("a")
        await pilot.pause()
        assert "没有记下" in screen(app)
        assert app.session.counts()[ACCEPT] == 0

    driven(tmp_path / "w.yaml", (80, 24), steps)


def test_a_review_of_many_findings_still_answers(tmp_path):
    """A sample of benchmarks/review_keys.py, which measures 10,000: here they only have to work."""
    from benchmarks.review_keys import KEYS, large, timed

    one = large(tmp_path, 2_000, projects=10)
    assert len(timed(one, 1)) == len(KEYS)
    assert len(kept(tmp_path / "auditor-waivers.yaml")) == 1_000
    assert [kind for kind, _reason in kept(tmp_path / "auditor-waivers.yaml").values()].count(
        "accept"
    ) == 1


# --- prompts --------------------------------------------------------------------------------


def test_prompts_confirm_what_is_saved_and_nothing_else(tmp_path):
    file = tmp_path / "w.yaml"
    said: list[str] = []
    answers = [
        "1",
        "2",
        "批复另有规定",
        "2",
        "",
        "3",
        "6",
        "9",
        "绿化",
        "1",
        "8",
        "1",
        "?",
        "x",
        "4",
        "5",
        "7",
        "o",
        "e",
        "0",
        "1",
    ]
    run_plain(session(file), iter(answers), said.append)
    confirmed: dict[str, tuple[str, str]] = {}
    for line in said:
        if line.startswith("已记录"):
            _word, fingerprint, kind, *reason = line.split(" ", 3)
            confirmed[fingerprint] = (kind, reason[0] if reason else "")
        elif line.startswith("已撤销"):
            assert line.split()[2] == "open"
            confirmed.pop(line.split()[1])
    assert kept(file) == confirmed
    assert len(confirmed) == 3
    assert any("没有理由，不豁免" in line for line in said)
    assert any("没有 x 这个回答" in line for line in said)


def test_the_end_of_the_input_ends_the_review(tmp_path):
    file = tmp_path / "w.yaml"
    source = str(EXAMPLES / "卫生服务中心.docx")
    done = run(
        "review",
        source,
        "--plain",
        "--waivers",
        str(file),
        "--who",
        "审核人",
        stdin=b"1\n2\n",
    )
    assert done.returncode == 0
    assert list(kept(file).values()) == [("accept", "")]
    done = run("review", source, "--waivers", str(file))
    assert done.returncode == 2
    assert "--plain" in done.stderr.decode()


def test_english_prompts_are_english(tmp_path):
    done = run("review", str(EXAMPLES / "卫生服务中心.docx"), "--plain", "--lang", "en",
               "--waivers", str(tmp_path / "w.yaml"), stdin=b"1\n0\n")  # fmt: skip
    assert "saved" in done.stdout.decode()
    assert "已记录" not in done.stdout.decode()


# --- opening and killing --------------------------------------------------------------------


def test_opening_says_where_to_look(tmp_path, monkeypatch):
    one = session(tmp_path / "w.yaml")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "AUDITOR_OPEN"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform == "linux":
        assert file_opener.opened(one) == "请打开：examples/农业技术推广站.docx 表1第21行第3格"
    mark = tmp_path / "opened"
    monkeypatch.setenv("AUDITOR_OPEN", f"{shutil.which('touch')} {mark}-{{line}}")
    monkeypatch.chdir(ROOT)
    assert "已打开" in file_opener.opened(one)
    for _n in range(100):
        if Path(f"{mark}-1").exists():
            break
        time.sleep(0.05)
    assert Path(f"{mark}-1").exists()
    monkeypatch.setenv("AUDITOR_OPEN", "/no/such/program {file}")
    assert "打不开" in file_opener.opened(one)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_a_real_terminal_shows_the_review_and_keeps_a_decision(tmp_path):
    file = tmp_path / "w.yaml"
    tmux = ["tmux", "-L", f"auditor-{os.getpid()}", "-f", "/dev/null"]
    command = (
        f"{sys.executable} -c 'from auditor.cli import main; main()' review "
        f"{EXAMPLES / '卫生服务中心.docx'} --waivers {file}"
    )
    env = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
    try:
        subprocess.run(
            [*tmux, "new-session", "-d", "-x", "80", "-y", "24", command], check=True, env=env
        )

        def seen(text: str) -> bool:
            shown = subprocess.run(
                [*tmux, "capture-pane", "-p"], capture_output=True, check=True, env=env
            )
            return text in shown.stdout.decode("utf-8", "replace")

        def waited(test) -> bool:
            for _n in range(300):
                if test():
                    return True
                time.sleep(0.1)
            return False

        assert waited(lambda: seen("q退出"))
        subprocess.run([*tmux, "send-keys", "a"], check=True, env=env)
        assert waited(lambda: seen("已记录"))
        assert len(kept(file)) == 1
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, env=env, capture_output=True)
