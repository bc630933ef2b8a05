"""Rebuild static/fonts from the upstream Atkinson Hyperlegible Next 2.001 files (OFL 1.1).

Usage: python fonts.py UPSTREAM_DIRECTORY OUTPUT_DIRECTORY   (needs fonttools and brotli)
       python fonts.py paper NOTO_DIRECTORY OUTPUT_DIRECTORY   (what the PDF needs besides, and its list of letters)

The upstream fonts lack what French pages need: the narrow no-break space, the no-break
hyphen, arrows and a tick. They are added here, drawn to the weight of each instance. On
paper, zeros lose their slash, and Noto Sans (OFL 1.1, as Debian's fonts-noto-core has it)
draws the letters of other alphabets.
"""

import json
import math
import sys
from pathlib import Path

from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.TupleVariation import TupleVariation
from fontTools.varLib import instancer

KEPT = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2009, 0x2027), 0x2030, 0x2032, 0x2033]
KEPT += [0x2039, 0x203A, 0x20AC, 0x2122, 0x2212, 0x2260, 0x2264, 0x2265]
STEM = {400: 81, 700: 120}  # measured on the upstream hyphen
ADVANCE = 860

# Each glyph is a polyline of the centre of the stroke, in font units.
ARROW = [((70, 330), (770, 330)), ((520, 580), (780, 330), (520, 80))]
DRAWN = {
    0x2192: ("arrowright", ARROW),
    0x2190: ("arrowleft", [tuple((ADVANCE - x, y) for x, y in line) for line in ARROW]),
    0x2713: ("checkmark", [((100, 300), (330, 70), (760, 590))]),
}


def outline(line, stem):
    """Points of a mitred stroke of width `stem` along `line`: one side, then the other."""
    sides = ([], [])
    for i, (x, y) in enumerate(line):
        normals = []
        for (ax, ay), (bx, by) in zip(line[max(i - 1, 0) : i + 1], line[max(i, 1) : i + 2], strict=False):
            length = math.hypot(bx - ax, by - ay)
            normals.append(((ay - by) / length, (bx - ax) / length))
        nx, ny = (sum(axis) / len(normals) for axis in zip(*normals, strict=True))
        scale = stem / 2 / (nx * nx + ny * ny)
        sides[0].append((round(x + nx * scale), round(y + ny * scale)))
        sides[1].append((round(x - nx * scale), round(y - ny * scale)))
    return sides[0] + sides[1][::-1]


def draw(lines, stem):
    """A TrueType glyph made of one contour per stroke, all turning clockwise."""
    pen = TTGlyphPen(None)
    for line in lines:
        points = outline(line, stem)
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True))
        points = points[::-1] if area > 0 else points
        pen.moveTo(points[0])
        for point in points[1:]:
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


def complete(font, weight):
    """Add the drawn glyphs, and give U+202F and U+2011 the glyphs of their breaking twins."""
    names = font.getBestCmap()
    added = {0x202F: names[0x2009], 0x2011: names[0x2D]}
    for code, (name, lines) in DRAWN.items():
        glyph = draw(lines, STEM[weight])
        font["glyf"][name] = glyph
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (ADVANCE, glyph.xMin)
        added[code] = name
        if "gvar" in font:
            light, bold = (draw(lines, STEM[w]).coordinates for w in (400, 700))
            deltas = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(light, bold, strict=True)]
            shift = TupleVariation({"wght": (0.0, 1.0, 1.0)}, deltas + [(0, 0)] * 4)
            font["gvar"].variations[name] = [shift]
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update(added)


def build(source, target, weight=400, limits=None):
    font = TTFont(source)
    options = subset.Options(layout_features=["*"], name_IDs=["*"], notdef_outline=True, hinting=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=KEPT)
    subsetter.subset(font)
    if limits:
        font = instancer.instantiateVariableFont(font, {"wght": limits})
    if "HVAR" in font:
        del font["HVAR"]  # widths then come from gvar, which covers the added glyphs too
    complete(font, weight)
    if target.suffix == ".ttf":
        plain_zero(font)
    font.flavor = "woff2" if target.suffix == ".woff2" else None
    font.save(target)
    sys.stdout.write(f"{target.name} {target.stat().st_size}\n")


# What the PDF draws in Noto Sans: file, upstream families in order of choice, ranges of letters.
LATIN = [(0x20, 0x7E), (0xA0, 0x52F), (0x1AB0, 0x1ABE), (0x1C80, 0x1C88), (0x1D00, 0x1FFF), (0x2000, 0x214F),
         (0x2150, 0x218F), (0x25CC, 0x25CC), (0x2C60, 0x2C7F), (0x2DE0, 0x2E52), (0xA640, 0xA69F), (0xA700, 0xA7FF),
         (0xAB30, 0xAB6F), (0xFB00, 0xFB06), (0xFE20, 0xFE2F)]  # fmt: skip
# Without the forms of letters: they are drawn as the letters themselves, and a reader of the file gets one of the two.
SPACES = [0x20, 0xA0]  # between words of the same font
ARABIC = [(0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFDFA, 0xFDFD)]
HEBREW = [(0x590, 0x5FF), (0xFB1D, 0xFB4F)]
SIGNS = [(0x2190, 0x21FF), (0x2200, 0x22FF)]
SYMBOLS = [(0x2300, 0x27BF), (0x2900, 0x297F), (0x2B00, 0x2BFF)]
OTHERS = {
    "noto-latin-400.ttf": ("NotoSans-Regular", LATIN),
    "noto-latin-700.ttf": ("NotoSans-Bold", LATIN),
    "noto-arabic-400.ttf": ("NotoSansArabic-Regular", ARABIC),
    "noto-arabic-700.ttf": ("NotoSansArabic-Bold", ARABIC),
    "noto-hebrew-400.ttf": ("NotoSansHebrew-Regular", HEBREW),
    "noto-hebrew-700.ttf": ("NotoSansHebrew-Bold", HEBREW),
    "noto-signs-400.ttf": ("NotoSansMath-Regular", SIGNS),
    "noto-symbols-400.ttf": ("NotoSansSymbols2-Regular", SYMBOLS),
}
# Those of ordinary writing: no ligature that a reader of the file would take for another letter.
FEATURES = ["ccmp", "locl", "mark", "mkmk", "kern", "isol", "init", "medi", "fina", "rlig", "calt", "curs"]
# Private letters stand for what no font draws, one for each sign of a file (selfassess/web/report/letters.py).
INSTEAD, STANDING = "[?]", [*range(0xE000, 0xF900), *range(0xF0000, 0xF2710)]
OWN = ["atkinson-next-400.ttf", "atkinson-next-700.ttf"]


def plain_zero(font):
    """Take the slash out of the zero: its two counters become one, the outer quarter of the right one four times."""
    zero = font["glyf"]["zero"]
    if zero.numberOfContours != 3:
        return
    points, flags, ends = list(zero.coordinates), list(zero.flags), zero.endPtsOfContours
    outer = points[: ends[0] + 1]
    middle = [(min(one[axis] for one in outer) + max(one[axis] for one in outer)) / 2 for axis in (0, 1)]
    counters = [range(ends[0] + 1, ends[1] + 1), range(ends[1] + 1, ends[2] + 1)]
    right = max(counters, key=lambda part: max(points[at][0] for at in part))
    first = max((at for at in right if flags[at] & 1), key=lambda at: points[at][0])
    last = next(at for at in range(first + 1, right[-1] + 1) if flags[at] & 1)
    quarter = points[first : last + 1]  # from the far right to the top
    away = [(x - middle[0], y - middle[1]) for x, y in quarter]
    ring = []
    for x_side, y_side, way in ((1, 1, 1), (-1, 1, -1), (-1, -1, 1), (1, -1, -1)):
        part = [(round(middle[0] + x_side * x), round(middle[1] + y_side * y)) for x, y in away][::way]
        ring += part[:-1]
    pen = TTGlyphPen(None)
    for contour, curved in ((outer, [bool(one & 1) for one in flags[: ends[0] + 1]]),
                            (turned(ring, outer), ([True] + [False] * (len(quarter) - 2)) * 4)):  # fmt: skip
        _trace(pen, contour, curved)
    font["glyf"]["zero"] = pen.glyph()
    font["glyf"]["zero"].recalcBounds(font["glyf"])


def turned(ring, outer):
    """`ring`, from its own first point, turning the other way round than `outer`."""
    area = [sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(line, line[1:] + line[:1], strict=True))
            for line in (ring, outer)]  # fmt: skip
    return ring if area[0] * area[1] < 0 else ring[:1] + ring[:0:-1]


def _trace(pen, points, on):
    """A closed contour of quadratic curves; its first point is on the line."""
    pen.moveTo(points[0])
    held = []
    for point, here in [*zip(points[1:], on[1:], strict=True), (points[0], True)]:
        held.append(point)
        if here:
            if len(held) > 1:
                pen.qCurveTo(*held)
            elif point != points[0]:
                pen.lineTo(point)
            held = []
    pen.closePath()


def others(noto, out):
    """Noto Sans for the PDF, and letters.json: the ranges of letters that each of its fonts draws."""
    for name, (source, ranges) in OTHERS.items():
        font = TTFont(noto / f"{source}.ttf", recalcTimestamp=False)
        options = subset.Options(layout_features=FEATURES, hinting=False, notdef_outline=True, name_IDs=["*"])
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=[*SPACES, *(code for start, end in ranges for code in range(start, end + 1))])
        subsetter.subset(font)
        font.save(out / name)
        sys.stdout.write(f"{name} {(out / name).stat().st_size}\n")
    for weight in (400, 700):
        undrawn(out / f"atkinson-next-{weight}.ttf", out / f"undrawn-{weight}.ttf", weight)
    told = {name: ranges_of(TTFont(out / name).getBestCmap()) for name in [*OWN, *OTHERS]}
    (out / "letters.json").write_text(json.dumps(told, separators=(",", ":")).replace('],"', '],\n"') + "\n")


def undrawn(source, target, weight):
    """A font whose every letter is « [?] »: as many as there are private letters for, each a copy of the first."""
    from_, place, pen = TTFont(source), 0, TTGlyphPen(None)
    for name in map(from_.getBestCmap().get, map(ord, INSTEAD)):
        from_.getGlyphSet()[name].draw(TransformPen(pen, (1, 0, 0, 1, place, 0)))
        place += from_["hmtx"][name][0]
    names = [f"s{at}" for at in range(len(STANDING))]
    whole = pen.glyph()
    glyphs = {".notdef": whole, names[0]: whole}
    for name in names[1:]:
        copy = TTGlyphPen(glyphs)
        copy.addComponent(names[0], (1, 0, 0, 1, 0, 0))
        glyphs[name] = copy.glyph()
    glyphs["space"] = TTGlyphPen(None).glyph()
    made = FontBuilder(from_["head"].unitsPerEm)
    made.setupGlyphOrder(list(glyphs))
    made.setupCharacterMap(dict(zip(STANDING, names, strict=True)) | dict.fromkeys(SPACES, "space"))
    made.setupGlyf(glyphs)
    side = made.font["glyf"][names[0]].xMin
    made.setupHorizontalMetrics(dict.fromkeys(glyphs, (place, side)) | {"space": (from_["hmtx"]["space"][0], 0)})
    made.setupHorizontalHeader(ascent=from_["hhea"].ascent, descent=from_["hhea"].descent)
    licence = "This Font Software is licensed under the SIL Open Font License, Version 1.1."
    style = "Bold" if weight == 700 else "Regular"
    made.setupNameTable({"familyName": "Atkinson Undrawn", "styleName": style, "licenseDescription": licence})
    made.setupOS2(usWeightClass=weight, sTypoAscender=from_["hhea"].ascent, sTypoDescender=from_["hhea"].descent)
    made.setupPost(keepGlyphNames=False)
    made.font["head"].created = made.font["head"].modified = from_["head"].modified
    made.font.recalcTimestamp = False
    made.save(target)
    sys.stdout.write(f"{target.name} {target.stat().st_size}\n")


def ranges_of(codes):
    found = []
    for code in sorted(codes):
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


if __name__ == "__main__" and sys.argv[1] == "paper":
    noto, out = Path(sys.argv[2]), Path(sys.argv[3])
    for name in OWN:
        font = TTFont(out / name, recalcTimestamp=False)
        plain_zero(font)
        font.save(out / name)
    others(noto, out)
elif __name__ == "__main__":
    upstream, out = Path(sys.argv[1]), Path(sys.argv[2])
    stem = "AtkinsonHyperlegibleNext"
    build(upstream / f"{stem}[wght].ttf", out / "atkinson-next.woff2", limits=(400, 700))
    build(upstream / f"{stem}-Italic[wght].ttf", out / "atkinson-next-italic.woff2", limits=(400, 700))
    build(upstream / f"{stem}-Regular.ttf", out / "atkinson-next-400.ttf")
    build(upstream / f"{stem}-Bold.ttf", out / "atkinson-next-700.ttf", weight=700)
