"""Beside a device, what a territory like the reader's did with it: never oneself, the nearest first.

Two shared traits make an example like the reader: structure, size, place, and what its own conditions name. Sizes two
bands apart are never alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import type_of_structure
from selfassess.core.definition.condition import evaluate
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.examples import PlacedExample
from selfassess.core.definition.questionnaire import StructureType
from selfassess.core.definition.report_texts import ExampleTexts
from selfassess.core.definition.typography import fold
from selfassess.core.explanation.parts import Part

ALIKE = 2  # traits
MOST_ALIKE = 2  # examples beside one device
FAR = 2  # bands of population
OVERSEAS = "97"  # how codes of départements start there
# What names of structures are made of, besides the name of the place.
_KINDS = frozenset(
    ("agglo", "agglomeration", "ca", "cc", "centre", "communal", "communaute", "commune", "communes", "conseil", "cu",
     "d", "de", "departement", "departemental", "des", "du", "en", "et", "eurometropole", "europeenne", "grand",
     "groupe", "intercommunal", "l", "la", "le", "les", "metropole", "mixte", "parc", "pays", "petr", "pnr", "pole",
     "region", "regional", "syndicat", "urbaine", "ville")
)  # fmt: skip  # words of a list, many a line


class ExamplePart(Part):
    """What a territory did: its years when they are known, the ids of its sources. `alike`: what it shares with the
    reader's, in words; empty when that is too little."""

    text: str
    year: str
    sources: tuple[str, ...]
    alike: str = ""
    line: str = ""  # what it changed there, in so many words that page one has room for it


@dataclass(frozen=True)
class _Compared:
    """An example beside the reader's territory. `near`: the closest sort first."""

    placed: PlacedExample
    traits: tuple[str, ...]
    alike: bool
    near: tuple[int, ...]


def examples_of(definitions: Definitions, view: View, device: str) -> tuple[ExamplePart, ...]:
    """The nearest that are like the reader; without any, one that is not, linked with a PAT if one is."""
    compared = [
        _compare(definitions, view, placed)
        for placed in definitions.examples
        if device in placed.example.devices and not _oneself(view, placed)
    ]
    nearest = sorted(compared, key=lambda one: one.near)
    alike = [one for one in nearest if one.alike][:MOST_ALIKE]
    others = sorted(nearest, key=lambda one: one.placed.example.no_pat_link)[:1]
    return tuple(_part(definitions.texts.examples, one) for one in alike or others)


def _part(texts: ExampleTexts, one: _Compared) -> ExamplePart:
    example = one.placed.example
    partner = texts.partner.format(partner=example.partner) if example.partner else None
    said = [example.text, partner, example.doubt, texts.no_pat_link if example.no_pat_link else None]
    return ExamplePart(
        text=" ".join(text for text in said if text),
        year=example.years or "",
        sources=example.sources,
        line=example.line or "",
        alike=texts.alike.format(traits=", ".join(one.traits)) if one.alike else "",
    )


def _compare(definitions: Definitions, view: View, placed: PlacedExample) -> _Compared:
    apart, bands = _bands_apart(view, placed)
    where = _where(definitions, view, placed)
    likes = [one.text for one in placed.example.like if evaluate(one.when, view)]
    traits = (*_structure(view, placed), *bands, *where, *likes)
    far = apart is not None and apart >= FAR
    return _Compared(
        placed=placed,
        traits=traits,
        alike=len(traits) >= ALIKE and not far and not placed.example.no_pat_link,
        near=(
            far,
            -len(traits),
            definitions.texts.examples.departement not in where,
            apart if apart is not None else FAR,
        ),
    )


def _structure(view: View, placed: PlacedExample) -> Iterator[str]:
    found = _type_of(view, placed)
    if found is not None and found.id == view.territory.get("type"):
        yield type_of_structure(found)


def _type_of(view: View, placed: PlacedExample) -> StructureType | None:
    question = view.questionnaire.territory
    told = next((one for one in question.types if one.id == placed.example.type), None)
    return told or question.type_of(placed.rows)


def _bands_apart(view: View, placed: PlacedExample) -> tuple[int | None, tuple[str, ...]]:
    """How many bands of population lie between both, None when one is not known; the band they share, in words."""
    bands, held = view.questionnaire.territory.bands, view.territory
    people = held.get("population")
    ours = next((at for at, one in enumerate(bands) if one.id == held.get("band")), None)
    if isinstance(people, int):
        ours = sum(people >= one.floor for one in bands) - 1
    if ours is None or placed.population is None:
        return None, ()
    theirs = sum(placed.population >= one.floor for one in bands) - 1
    text = bands[ours].text
    return abs(ours - theirs), () if ours != theirs else (text[0].lower() + text[1:],)


def _where(definitions: Definitions, view: View, placed: PlacedExample) -> tuple[str, ...]:
    """One trait at most, the narrowest: the département, the region, overseas."""
    ours, theirs = definitions.doors.departements.of(view.territory), placed.departement
    if not (ours and theirs):
        return ()
    texts = definitions.texts.examples
    if theirs in ours:
        return (texts.departement,)
    if set(ours) & set(placed.region):
        return (texts.region,)
    return (texts.overseas,) if all(one.startswith(OVERSEAS) for one in (*ours, theirs)) else ()


def _oneself(view: View, placed: PlacedExample) -> bool:
    """The same authority, or one of the same name: a city and its métropole, a country and its agglomération."""
    held = view.territory
    if held.get("code") and held.get("code") == placed.example.code:
        return True
    ours, theirs = _place_names(str(held.get("name") or "")), _place_names(placed.example.territory)
    return bool(ours and theirs) and (ours <= theirs or theirs <= ours)


def _place_names(name: str) -> frozenset[str]:
    return frozenset(fold(name).split()) - _KINDS
