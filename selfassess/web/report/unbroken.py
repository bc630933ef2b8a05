"""Runs without a space that follow other words on their line: WeasyPrint lets them leave the page.

It breaks a word anywhere only where the line begins with it, and counts on going back to the last space otherwise. No
line is broken before « ! », « / » or « . », even after a space: a run of them behind words in bold has nowhere to go.
"""

from __future__ import annotations

from typing import Any

from selfassess.web.report import weasyprint_patches

LONGEST = 40  # letters of a run that goes with the word before it to the next line; a longer one is no word


def take() -> None:
    """Changes WeasyPrint, once per process, before the first drawing."""
    from weasyprint.text import line_break

    theirs = line_break.split_first_line

    def split(text: str, style: Any, context: Any, width: Any, spacing: Any, is_line_start: bool = True,
              minimum: bool = False) -> Any:  # fmt: skip
        made = theirs(text, style, context, width, spacing, is_line_start, minimum)
        if is_line_start or width is None or made[3] <= width:
            return made
        run = text.encode()[: made[1]].decode().strip()
        return theirs(text, style, context, width, spacing, True, minimum) if len(run) > LONGEST else made

    weasyprint_patches.replace("split_first_line", theirs, split)
