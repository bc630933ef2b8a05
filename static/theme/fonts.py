"""Rebuild static/fonts from the upstream Atkinson Hyperlegible Next 2.001 files (OFL 1.1).

Usage: python fonts.py UPSTREAM_DIRECTORY OUTPUT_DIRECTORY   (needs fonttools and brotli)

The upstream fonts lack what French pages need: the narrow no-break space, the no-break
hyphen, arrows and a tick. They are added here, drawn to the weight of each instance.
"""

import math
import sys
from pathlib import Path

from fontTools import subset
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
    font.flavor = "woff2" if target.suffix == ".woff2" else None
    font.save(target)
    sys.stdout.write(f"{target.name} {target.stat().st_size}\n")


if __name__ == "__main__":
    upstream, out = Path(sys.argv[1]), Path(sys.argv[2])
    stem = "AtkinsonHyperlegibleNext"
    build(upstream / f"{stem}[wght].ttf", out / "atkinson-next.woff2", limits=(400, 700))
    build(upstream / f"{stem}-Italic[wght].ttf", out / "atkinson-next-italic.woff2", limits=(400, 700))
    build(upstream / f"{stem}-Regular.ttf", out / "atkinson-next-400.ttf")
    build(upstream / f"{stem}-Bold.ttf", out / "atkinson-next-700.ttf", weight=700)
    build(upstream / f"{stem}-Italic.ttf", out / "atkinson-next-400-italic.ttf")
