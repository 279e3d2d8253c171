"""What this tool itself writes, told by its contents: it is no submission, whatever it is called.

Reports, baselines, decisions, histories and reading records lie beside the forms they are about,
and a report draws the form again: read as a submission it would be a second copy of it.
"""

import re
import zipfile
from io import BytesIO

from auditor.intake.problems import BROKEN_ZIP

MARKED_COPIES = ".auditor-marked"  # the file that says: this folder holds marked copies
CATEGORY = "auditor"  # of the documents that we write, in their properties
_HEAD, _TAIL = 2_000, 400
_CORE = "docProps/core.xml"

_MARK = rb"(?:\xef\xbb\xbf)?"
_DRIVER = rb'"runs":\s*+\[\s*+\{\s*+"tool":\s*+\{\s*+"driver":\s*+\{\s*+"name":\s*+"auditor"'
_HEADS: tuple[re.Pattern[bytes], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        rb'\s*+\{\s*+"schema":\s*+"(?:findings|baseline|rounds)/1"',
        rb'\s*+\{\s*+"success":\s*+(?:true|false),\s*+"gate":',
        rb'\s*+\[\s*+\{\s*+"audit":\s*+\d++,\s*+"audited_on":',
        rb'\s*+\[\s*+\{\s*+"description":[^\n]*+\s*+"check_name":\s*+"[A-Z]\d\d"',
        rb'\s*+\{\s*+"\$schema":[^\n]*+\s*+"version":[^\n]*+\s*+' + _DRIVER,
        rb'(?:<\?xml[^>]*+>)?\s*+<testsuites name="auditor"',
        rb"::(?:error|warning|notice) file=[^\n]*title=[A-Z]\d\d ",
        rb"(?s:.{8})DUCK",
        rb"[0-9a-f]{64}-[0-9a-f]{16} \{",
        _MARK + rb"# auditor: ",
        _MARK + rb"(?:[ \t]*+(?:#[^\n]*+|waivers:[ \t]*+)?\n)*+[ \t]*+- *+\{(?:decision|finger)",
        _MARK + "[^\r\n]*,(?:指纹|Fingerprint)\r?\n".encode(),
        _MARK + rb"(?:audit|unit,audit|rule,audit|unit,rule),(?:audited_on|rounds),",
    )
)
_GENERATOR = re.compile(rb'<meta name="generator" content="auditor[ "]')
_FOOTER = re.compile(rb"(?:^|\n)(?:<!-- )?auditor \d+\.\d+[^\n]*+\s*+\Z")
_PDF_CREATOR = re.compile(rb"/Creator ?\(auditor[ )]")


def is_own(raw: bytes) -> bool:
    """Whether a file is something that this tool has written about submissions."""
    if raw.startswith(b"PK"):
        try:
            with zipfile.ZipFile(BytesIO(raw)) as package:
                return is_own_package(package)
        except BROKEN_ZIP:
            return False
    if raw.startswith(b"%PDF-"):
        return _PDF_CREATOR.search(raw) is not None
    head = raw[:_HEAD]
    return (
        any(pattern.match(head) for pattern in _HEADS)
        or _GENERATOR.search(head) is not None
        or _FOOTER.search(raw[-_TAIL:]) is not None
    )


def is_own_package(package: zipfile.ZipFile) -> bool:
    """Whether an office document is of our category; marked copies are not, and are forms."""
    try:
        core = package.getinfo(_CORE)
        small = core.file_size < _HEAD * 10
        return small and b"<cp:category>auditor</cp:category>" in package.read(core)
    except (KeyError, RuntimeError, *BROKEN_ZIP):
        return False  # no office document, or a broken one: its reader says so
