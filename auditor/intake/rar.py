"""Rar archives: headers and stored members by rarfile, packed members by the program unar.

unar prints one member to a pipe, so that here too nothing is unpacked to disk but a copy of the
archive itself; a member that takes too long, or is longer than its header said, is given up.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import rarfile

from auditor.intake.archives import Budget, Member, clean, refuse_bomb, refuse_large, wanted
from auditor.intake.child_processes import bound
from auditor.intake.limits import MAX_MEMBER
from auditor.intake.problems import Unreadable
from auditor.language import _

_PROGRAM = "unar"
_SECONDS = 60  # for all members of an archive together with those before them in a solid one


def contents(raw: bytes, budget: Budget) -> Iterator[Member]:
    """The files of the archive; see :func:`auditor.intake.archives.contents`."""
    try:
        archive = rarfile.RarFile(BytesIO(raw))
        locked = archive.needs_password() and not archive.infolist()
    except rarfile.NeedFirstVolume as error:
        raise Unreadable("damaged", _("分卷压缩包不完整：请合并成一个 .zip 提交")) from error
    except Exception as error:  # rarfile lets through what a broken header raises
        raise Unreadable("damaged", _("rar 压缩包损坏或不完整：请重新打包")) from error
    if locked:
        raise Unreadable("encrypted", _("文件有密码：请去掉密码后再提交"))
    with tempfile.NamedTemporaryFile(suffix=".rar") as copy:
        copy.write(raw)
        copy.flush()
        for info in archive.infolist():
            name = clean(info.filename)
            if not info.is_file() or not wanted(name):
                continue
            try:
                content: bytes | Unreadable = _content(archive, info, Path(copy.name), budget)
            except Unreadable as unreadable:
                content = unreadable
            yield name, content
            if budget.spent():
                return


def _content(archive: Any, info: Any, path: Path, budget: Budget) -> bytes:
    budget.charge(info.file_size)
    if info.needs_password():
        raise Unreadable("encrypted", _("文件有密码：请去掉密码后再提交"))
    refuse_bomb(info.file_size, info.compress_size)
    refuse_large(info.file_size)
    if info.compress_type == rarfile.RAR_M0:
        try:
            content: bytes = archive.read(info)
        except Exception as error:
            raise Unreadable("damaged", _("rar 压缩包损坏或不完整：请重新打包")) from error
    else:
        content = _unpacked(path, info.filename)
    if len(content) != info.file_size:
        raise Unreadable("damaged", _("rar 压缩包损坏或不完整：请重新打包"))
    return content


def _unpacked(path: Path, name: str) -> bytes:
    program = shutil.which(_PROGRAM)
    if program is None:
        raise Unreadable("needs-extra", _("读 rar 要安装程序 unar：请安装，或改存为 .zip 提交"))
    command = [program, "-q", "-o", "-", str(path), name]
    with tempfile.TemporaryFile() as spool:
        try:
            subprocess.run(  # noqa: S603 - a fixed program, no shell
                command, stdin=subprocess.DEVNULL, stdout=spool, stderr=subprocess.DEVNULL,
                timeout=_SECONDS, check=False,
                preexec_fn=bound(MAX_MEMBER),
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise Unreadable("timeout", _("rar 解压超过 {n} 秒").format(n=_SECONDS)) from error
        spool.seek(0)
        return spool.read(MAX_MEMBER + 1)
