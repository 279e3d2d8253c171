"""The numbering of items in a text: 1、 2. （3） in one list is no numbering."""

import re
from itertools import pairwise

_CHINESE = "一二三四五六七八九十"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
# A sign at the head of an item: after a stop or at the beginning, and no decimal after it.
_ITEM = re.compile(
    rf"(?:^|(?<=[。；;：:，,\s]))(?:"
    rf"(?P<plain>\d{{1,2}})(?P<mark>[、.．,，)）])(?!\d)"
    rf"|[（(](?P<round>\d{{1,2}})[)）]"
    rf"|(?P<circled>[{_CIRCLED}])"
    rf"|(?P<chinese>[{_CHINESE}])、"
    rf"|[（(](?P<bracketed>[{_CHINESE}])[)）])"
)
_ALIKE = {".": ".", "．": ".", "，": ",", "）": ")"}


def mixed(text: str) -> str | None:
    """Two neighbouring items of one list that are numbered in two ways, as printed: 1.…2、.

    A second level begins its own list at one, so only a sign that goes on from the one before it
    and has no beginning of its own breaks the list.
    """
    items = [_item(found) for found in _ITEM.finditer(text)]
    begun = {style for style, number, _printed in items if number == 1}
    for (style, number, printed), (other, after, also) in pairwise(items):
        if other != style and after == number + 1 and other not in begun:
            return f"{printed}…{also}"
    return None


def _item(found: re.Match[str]) -> tuple[str, int, str]:
    """Style, number and print of an item's sign."""
    printed = found.group()
    if found["plain"]:
        return f"1{_ALIKE.get(found['mark'], found['mark'])}", int(found["plain"]), printed
    if found["round"]:
        return "(1)", int(found["round"]), printed
    if found["circled"]:
        return "①", _CIRCLED.index(found["circled"]) + 1, printed
    if found["chinese"]:
        return "一、", _CHINESE.index(found["chinese"]) + 1, printed
    return "(一)", _CHINESE.index(found["bracketed"]) + 1, printed
