"""Draws files of tests/report/files.py as WeasyPrint does by itself, but for the text of pictures.

python -m tests.report.plainly FOLDER NAME…  writes FOLDER/NAME.pdf. A process of its own: shortcuts cannot be undone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from selfassess import web
from selfassess.web import pdf, shortcuts
from tests.report import files
from tests.web.conftest import settings_for

shortcuts.SHORTCUTS = (shortcuts.texts_drawn_whole,)
folder = Path(sys.argv[1])
with web.create_app(settings_for(folder)).app_context():
    for name in sys.argv[2:]:
        (folder / f"{name}.pdf").write_bytes(pdf.render(files.report(name)))
