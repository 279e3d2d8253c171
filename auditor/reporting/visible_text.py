"""Text from a form, safe to put in front of a person: what cannot be seen is spelt out.

A right-to-left mark turns the words after it around, an escape sequence recolours a terminal, a NUL
breaks an XML file. Each is shown as [U+202E]: harmless everywhere, and the reviewer sees it.
"""

import re

_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, but for tab and line break
    "\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # zero width, line ends, direction
    "\ud800-\udfff\ufffe\uffff"  # half a character, and none
    "]"
)


def legible(text: str) -> str:
    """``text`` with characters that cannot be seen spelt out as their code points."""
    return _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
