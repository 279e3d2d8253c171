"""The language of what the user reads: Chinese as written in the code, English from a catalogue.

Plain gettext: ``auditor/locale/en/LC_MESSAGES/auditor.po`` holds the English of every string that
is wrapped in :func:`_`. Rules, units and the like carry both languages in their own files.
"""

import gettext
import os
from pathlib import Path

LANGUAGES = ("zh", "en")
_LOCALE = Path(__file__).parent / "locale"
_chosen = "zh"
_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use(language: str) -> None:
    """Switch to ``zh`` or ``en`` for everything said from now on."""
    global _chosen, _catalogue  # noqa: PLW0603 - one process speaks one language
    _chosen = language
    # click speaks through the process's own gettext domain; English is what it says by itself.
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("click", _LOCALE)
    gettext.textdomain("click")
    _catalogue = (
        gettext.NullTranslations()
        if language == "zh"
        else gettext.translation("auditor", _LOCALE, languages=[language])
    )


def chosen() -> str:
    """The language in use."""
    return _chosen


def _(text: str) -> str:
    """``text`` in the language in use."""
    return _catalogue.gettext(text)


def pick(both: dict[str, str]) -> str:
    """The entry of a two-language mapping (as rule files hold) in the language in use."""
    return both[_chosen]
