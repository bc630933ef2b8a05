"""A picture that somebody brings, made again as a logo of ours: a small PNG, without anything but its points.

Apart: no page, no database; what others send is opened here alone.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image

LARGEST_LOGO = 200 * 1000  # bytes, as brought and as kept
BEGINS, HEADER = b"\x89PNG\r\n\x1a\n", b"IHDR"  # of a PNG file
LONGEST_SIDE, MOST_POINTS = 4000, 8_000_000  # of what is opened at all
SHORTEST_SIDE = 16
BOX = (600, 240)  # what is kept holds in it: three times what is shown
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of each kind of point
COLOURS = 256  # of one that is still too heavy
OTHERS = {b"GIF8": "un GIF", b"\xff\xd8\xff": "un JPEG", b"RIFF": "un WebP", b"%PDF": "un PDF", b"<svg": "un SVG"}


class LogoError(ValueError):
    """Why it is not taken, in French."""


def made_again(content: bytes) -> bytes:
    """The logo as it is kept. Raises LogoError."""
    if not content:
        raise LogoError("Choisissez un fichier : celui-ci est vide.")
    if len(content) > LARGEST_LOGO:
        raise LogoError(f"Ce fichier pèse {len(content) // 1000} ko : un logo en pèse {LARGEST_LOGO // 1000} au plus.")
    _check_kind(content)
    try:
        if not _is_whole(content):
            raise EOFError
        with Image.open(BytesIO(content), formats=["PNG"]) as found:
            if getattr(found, "is_animated", False):
                raise LogoError("Cette image est animée : donnez-en une fixe.")
            points = found.convert("RGBA" if found.has_transparency_data else "RGB")
    except LogoError:
        raise
    except Exception:  # Pillow has one for each way of being broken, ours among them
        raise LogoError("Ce fichier est abîmé : rouvrez l'image et enregistrez-la de nouveau en PNG.") from None
    points.info = {}  # no profile, no text, no place where a photograph was taken
    points.thumbnail(BOX, Image.Resampling.LANCZOS)
    return _written(points)


def _check_kind(content: bytes) -> None:
    """Is it a PNG that may be opened? Told from its first bytes, before anything opens it."""
    if not content.startswith(BEGINS) or content[12:16] != HEADER:
        other = next((name for begins, name in OTHERS.items() if content.lstrip()[:4].startswith(begins)), "")
        told = f"C'est {other} : " if other else "Ce fichier n'est pas une image PNG : "
        raise LogoError(f"{told}enregistrez votre logo en PNG, puis recommencez.")
    width, height = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
    if max(width, height) > LONGEST_SIDE or width * height > MOST_POINTS:
        told = f"Cette image compte {width} × {height} points : réduisez-la à {LONGEST_SIDE} points de côté au plus"
        raise LogoError(f"{told}, et à 8 millions en tout.")
    if min(width, height) < SHORTEST_SIDE:
        raise LogoError(f"Cette image compte {width} × {height} points : il en faut au moins {SHORTEST_SIDE} de côté.")


def _is_whole(content: bytes) -> bool:
    """Has it all its points? Pillow would not say: what draws reports has it make up those that miss."""
    with Image.open(BytesIO(content), formats=["PNG"]) as found:
        found.verify()
    width, height, depth, colour = struct.unpack_from(">IIBB", content, 16)
    wanted = int(height + width * height * depth * CHANNELS[colour] // 8)
    packed = b"".join(data for name, data in _chunks(content) if name == b"IDAT")
    points: bytes = zlib.decompressobj().decompress(packed, wanted)
    return len(points) == wanted


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(BEGINS)
    while at < len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        yield name, content[at + 8 : at + 8 + size]
        if name == b"IEND":
            return
        at += size + 12


def _written(points: Image.Image) -> bytes:
    made = BytesIO()
    points.save(made, "PNG", optimize=True)
    if made.tell() > LARGEST_LOGO:
        made = BytesIO()
        points.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(made, "PNG", optimize=True)
    return made.getvalue()
