"""Numbers of people in texts: phones and identity cards, told from amounts."""

import re
from collections.abc import Iterator

from auditor.forms.evaluation import Evaluation

NUMBER = re.compile(
    r"(?<![\d.])(?:"
    r"1[3-9]\d[- ]?\d{4}[- ]?\d{4}"  # a mobile phone
    r"|0\d{2,3}[-－—]\d{7,8}"  # a landline with its area code
    r"|[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx]"  # an identity card
    r")(?![\d.])"
)
FIGURE = re.compile(r"\D{0,3}[\d.,]+\D{0,4}")  # 13800000000元 is an amount
_DIGITS = re.compile(r"\d{4}[- ]?\d{3}")  # in each number of a person; quick to look for


def numbers(form: Evaluation) -> Iterator[str]:
    """The numbers of people that the texts of a form hold."""
    for _cell, text in form.cells():
        if text and not FIGURE.fullmatch(text):
            yield from (found[0] for found in NUMBER.finditer(text))


def may_hold_numbers(form: Evaluation) -> bool:
    """Whether a text may hold a number of a person, a bare number in the phone's own cell apart.

    Most forms hold no other, and one search over all texts tells so.
    """
    phone, texts = form.phone or "", "\n".join(form.texts())
    if phone and not FIGURE.fullmatch(phone):
        return True
    return all(len(p.findall(texts)) > len(p.findall(phone)) for p in (_DIGITS, NUMBER))
