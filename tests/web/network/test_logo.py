"""A logo: what is kept of a picture, and why another is refused, hostile ones too."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from random import Random

import pytest
from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo

from selfassess.web.network.logo import BEGINS, BOX, LARGEST_LOGO, LogoError, made_again

GREEN = (23, 80, 63)


def picture(width: int = 300, height: int = 100, kind: str = "PNG", mode: str = "RGB", **told: object) -> bytes:
    made = BytesIO()
    Image.new(mode, (width, height), GREEN[0] if mode in {"1", "L", "P", "I;16"} else (*GREEN, 128)[: len(mode)]).save(
        made, kind, **told
    )
    return made.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def announced(width: int, height: int, *after: bytes) -> bytes:
    """A PNG that says it is that large, with what follows."""
    return BEGINS + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + b"".join(after)


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), Random(1).randbytes(3 * width * height))  # noqa: S311  points


def animated() -> bytes:
    frames = [Image.new("RGB", (40, 40), shade) for shade in ("red", "blue")]
    made = BytesIO()
    frames[0].save(made, "PNG", save_all=True, append_images=frames[1:])
    return made.getvalue()


END = chunk(b"IEND", b"")
WHOLE = picture()
BOMB = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(100_000_000), 9))
REFUSED = {
    "nothing": (b"", "est vide"),
    "a GIF under another name": (picture(kind="GIF"), "C'est un GIF"),
    "a JPEG": (picture(kind="JPEG"), "C'est un JPEG"),
    "a drawing with a script": (b"<svg onload='alert(1)'/>", "C'est un SVG"),
    "a text": (b"Bonjour", "n'est pas une image PNG"),
    "201 kB": (WHOLE + bytes(201_000 - len(WHOLE)), "pèse 201 ko"),
    "its beginning": (WHOLE[: len(WHOLE) // 2], "abîmé"),
    "its header alone": (WHOLE[:33], "abîmé"),
    "one changed byte": (WHOLE[:60] + bytes([WHOLE[60] ^ 255]) + WHOLE[61:], "abîmé"),
    "100,000 points a side": (announced(100_000, 100_000, END), "100000 × 100000"),
    "no width": (announced(0, 10, END), "au moins"),
    "9 million points": (picture(3000, 3000, mode="L"), "8 millions"),
    "points that unpack to more than it says": (announced(50, 50, chunk(b"IDAT", zlib.compress(b"")), END), "abîmé"),
    "a text that unpacks to 100 MB": (announced(50, 50, BOMB, END), "abîmé"),
    "one point": (picture(1, 1), "au moins 16"),
    "moving": (animated(), "animée"),
}


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_logo_is_refused_in_words(name: str, lenient: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where reports were drawn before: WeasyPrint has Pillow take what is cut."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    content, told = REFUSED[name]
    with pytest.raises(LogoError, match=told):
        made_again(content)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken_and_holds_in_the_box(mode: str) -> None:
    made = Image.open(BytesIO(made_again(picture(1800, 200, mode=mode))))
    assert (made.format, made.size) == ("PNG", (BOX[0], 67))


def test_nothing_but_points_is_kept() -> None:
    told = PngInfo()
    told.add_text("Author", "Jeanne Martin")
    place = Image.Exif()
    place[0x010E] = "secret place"
    content = picture(pnginfo=told, exif=place, icc_profile=b"secret profile", dpi=(72, 72))
    hidden = b"PK\x03\x04<script>alert(1)</script>"
    made = made_again(content + hidden)
    assert all(word in content for word in (b"Jeanne", b"secret place"))
    assert not any(
        word in made for word in (b"Jeanne", b"secret", b"script", b"PK", b"eXIf", b"iCCP", b"tEXt", b"pHYs")
    )
    assert made == made_again(made), "the same picture, the same digest"


def test_points_at_random_weigh_no_more_once_drawn_smaller() -> None:
    """Sixteen colours take half a byte a point; those in between, made by drawing smaller, take three."""
    content = BytesIO()
    noise(800, 480).quantize(16).save(content, "PNG", bits=4)
    assert len(content.getvalue()) < LARGEST_LOGO
    made = made_again(content.getvalue())
    assert Image.open(BytesIO(made)).size == (400, 240)
    assert len(made) < LARGEST_LOGO
    assert Image.open(BytesIO(made)).mode == "P", "it was too heavy in all its colours"
