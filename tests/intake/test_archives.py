"""A .7z or .rar is looked into as a .zip is, by the same limits."""

import base64
import io
import shutil
import struct
import zlib

import pytest

from auditor.intake import archives
from auditor.intake.files import find
from auditor.pipeline import extract
from tests.rendering.examples import FOLDER

py7zr = pytest.importorskip("py7zr")
pytest.importorskip("rarfile")
GOOD = (FOLDER / "卫生服务中心.docx").read_bytes()
# From the tests of rarfile (ISC licence): two members of 2,048 bytes, solid.
SOLID = base64.b64decode(
    "UmFyIRoHADvQcwgADQAAAAAAAAArNHSAkCwAXAAAAAAIAAADoua3xbBmzD4dMwoApIEAAHN0ZXN0MS50eHQAwBEMzP6MnrD+"
    "MYGrrLG7QHeoCmTWSzeDwQe8AeCFku77th0ACCAACIjpeAzSDAdhOkF4S7Nun1IK2sonQLrnC2SKYnH7uACRnlAv2FX/+sZY"
    "6+vE14h+VJaHH03s2RZ0kJAsAA4AAAAACAAAA6Lmt8WwZsw+HTMKAKSBAABzdGVzdDIudHh0AMCxIACIB+vyCmn6/JTe0MQ9"
    "ewBABwA="
)


def seven(members, **options):
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(content, name)
    return stream.getvalue()


def rar(members, flags=0, size=None):
    """A rar of version 3 with stored members; ``flags`` and ``size`` of the last may lie."""
    made = b"Rar!\x1a\x07\x00" + _block(0x73, 0, b"\0" * 6)
    for number, (name, content) in enumerate(members.items(), 1):
        raw = name.encode("utf-8")
        last = number == len(members)
        told = size if size is not None and last else len(content)
        head = struct.pack("<LLBLLBBHL", len(content), told, 3, zlib.crc32(content), 0x5A210000, 29,
                           0x30, len(raw), 0x20) + raw  # fmt: skip
        made += _block(0x74, 0x8000 | (flags if last else 0), head) + content
    return made + _block(0x7B, 0x4000, b"")


def _block(kind, flags, body):
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


MAKERS = {"7z": seven, "rar": rar}


@pytest.fixture(params=MAKERS)
def pack(request):
    return MAKERS[request.param]


def codes(tmp_path, raw):
    path = tmp_path / "材料.bin"
    path.write_bytes(raw)
    extraction = extract([str(path)])
    return [(p.file.rpartition("!/")[2], p.code) for p in extraction.problems], extraction


def test_forms_are_read_from_it_and_what_systems_leave_is_not(tmp_path, pack):
    raw = pack({"a/form.docx": GOOD, "__MACOSX/x": b"x", "~$form.docx": b"x", "letter.txt": b"hi"})
    problems, extraction = codes(tmp_path, raw)
    assert len(extraction.evaluations) == 3
    assert extraction.evaluations[0].file.endswith("材料.bin!/a/form.docx")
    assert problems == [("letter.txt", "no-form")]


def test_names_in_it_lead_nowhere():
    assert archives.clean("../../etc/passwd") == "etc/passwd"


def test_archives_in_it_count_their_depth(tmp_path, pack):
    raw = GOOD
    for depth in range(5):
        raw = pack({"form.docx" if not depth else f"{depth}.bin": raw})
    problems, _extraction = codes(tmp_path, raw)
    assert [code for _file, code in problems] == ["too-deep"]


def test_a_cut_or_scribbled_one_is_damaged(tmp_path, pack):
    raw = pack({"form.docx": GOOD})
    problems, extraction = codes(tmp_path, raw[: len(raw) // 2])
    assert len(extraction.evaluations) == 0
    assert {code for _file, code in problems} == {"damaged"}
    scribbled = raw[:200] + bytes(300) + raw[500:]
    problems, _extraction = codes(tmp_path, scribbled)
    assert {code for _file, code in problems} == {"damaged"}


def test_too_many_files_are_refused(tmp_path, pack, monkeypatch):
    monkeypatch.setattr(archives.Budget, "__init__", _small(files=3))
    problems, _extraction = codes(tmp_path, pack({f"{n}.txt": b"x" for n in range(9)}))
    assert problems[-1] == ("3.txt", "too-large")
    assert len(problems) == 4


def test_too_many_bytes_are_refused(tmp_path, pack, monkeypatch):
    monkeypatch.setattr(archives.Budget, "__init__", _small(size=10))
    problems, _extraction = codes(tmp_path, pack({"a.txt": b"12345", "b.txt": b"123456"}))
    assert ("b.txt", "too-large") in problems


def _small(files=100, size=10**9):
    def init(self, *_given):
        self.files, self.size = files, size

    return init


def test_a_bomb_is_refused_from_its_header(tmp_path):
    problems, _extraction = codes(tmp_path, seven({"a.txt": bytes(40 * 1024 * 1024)}))
    assert [code for _file, code in problems] == ["too-large"]
    problems, _extraction = codes(tmp_path, rar({"a.txt": b"x"}, size=10**9))
    assert [code for _file, code in problems] == ["too-large"]


def test_one_with_a_password_says_so(tmp_path):
    problems, _extraction = codes(tmp_path, seven({"a.docx": GOOD}, password="x"))  # noqa: S106
    assert [code for _file, code in problems] == ["encrypted"]
    locked = seven({"a.docx": GOOD}, password="x", header_encryption=True)  # noqa: S106
    assert [code for _file, code in codes(tmp_path, locked)[0]] == ["encrypted"]
    assert codes(tmp_path, rar({"a.docx": GOOD}, flags=0x04))[0] == [("a.docx", "encrypted")]


@pytest.mark.skipif(shutil.which("unar") is None, reason="unar is not installed")
def test_packed_members_of_a_rar_are_unpacked(tmp_path):
    path = tmp_path / "a.rar"
    path.write_bytes(SOLID)
    assert [(f.name.rpartition("/")[2], len(f.content)) for f in find((str(path),))] == [
        ("stest1.txt", 2048), ("stest2.txt", 2048),
    ]  # fmt: skip


def test_a_packed_rar_without_unar_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    problems, _extraction = codes(tmp_path, SOLID)
    assert problems == [("stest1.txt", "needs-extra"), ("stest2.txt", "needs-extra")]
