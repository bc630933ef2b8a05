"""Files written whole or not at all, and why they could not be, in French."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

_WHY = {
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "votre espace de disque est plein",
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.ENOTEMPTY: "ce dossier vient d'être créé par quelqu'un d'autre",
    errno.EEXIST: "ce dossier vient d'être créé par quelqu'un d'autre",
    errno.EROFS: "ce disque est en lecture seule",
    errno.EFBIG: "le fichier serait plus gros que ce qui est permis ici",
    errno.EIO: "le disque a un défaut",
    errno.ENOENT: "n'existe pas",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.EISDIR: "c'est un dossier",
}


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one move. Raises `OSError`; the file is then as it was."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def why_not(error: OSError) -> str:
    """The cause, and the file when it is known."""
    cause = _WHY.get(error.errno or 0, error.strerror or str(error))
    return f"{cause} ({error.filename})" if error.filename else cause
