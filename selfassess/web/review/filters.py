"""What the list of files may be filtered by: each filter's name in the address, its title, its values in words.

Words come from the definitions; where editions differ, from the latest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from selfassess.content.directory import Directory
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.questionnaire import Question
from selfassess.core.reading.list_filters import (
    CASE,
    CATEGORY,
    DEVICE,
    QUESTION,
    REGION,
    STRUCTURE,
)
from selfassess.store.models import Network
from selfassess.web.french import french

EDITION, ASSIGNED, NETWORK = "edition", "suivi", "reseau"
ME, NOBODY = "moi", "personne"


@dataclass(frozen=True)
class ListFilter:
    """`values`: {value in the address: its words}, in the order they are offered. `kind`: of a facet, else empty."""

    name: str
    title: str
    values: Mapping[str, str] = field(repr=False)
    kind: str = ""


def all_filters(
    definitions: Definitions, directory: Directory, networks: Sequence[Network], colleagues: Mapping[int, str], me: int
) -> list[ListFilter]:
    """Every filter of the list, for the account `me`."""
    others = {str(one): label for one, label in colleagues.items() if one != me}
    found = [
        *_facets(definitions, directory),
        ListFilter(EDITION, "Édition du questionnaire", {one: one for one in reversed(list(definitions.editions))}),
        ListFilter(ASSIGNED, "Suivi par", {ME: "Moi", NOBODY: "Personne", **others}),
    ]
    if len(networks) > 1:
        found.append(ListFilter(NETWORK, "Réseau", {str(one.id): one.name for one in networks}))
    return found


def _facets(definitions: Definitions, directory: Directory) -> Iterator[ListFilter]:
    editions = [one for one in definitions.editions.values() if one.questionnaire.published][::-1]
    questionnaires = [one.questionnaire for one in editions]
    typologies = [one.typology for one in editions]
    types = _merged({kind.id: kind.text for kind in one.territory.types} for one in questionnaires)
    categories = _merged(
        {
            **{one.id: one.words.title for one in typology.categories},
            typology.remainder.id: typology.remainder.words.title,
        }
        for typology in typologies
    )
    cases = _merged({one.id: one.title for one in typology.ri_cases} for typology in typologies)
    devices = {one.id: one.short for one in sorted(definitions.devices, key=lambda one: one.short)}
    yield ListFilter("region", "Région", {one: one for one in directory.regions}, REGION)
    yield ListFilter("structure", "Type de structure", types, STRUCTURE)
    for question in _filtering(question for one in questionnaires for question in one.questions.values()):
        values = _merged(_options(one.questions.get(question.id)) for one in questionnaires)
        yield ListFilter(QUESTION + question.id, question.short, values, QUESTION + question.id)
    yield ListFilter("categorie", "Catégorie déclarée", categories, CATEGORY)
    yield ListFilter("dispositif", french("Dispositif parmi les trois options"), devices, DEVICE)
    yield ListFilter("relations", "Service des relations internationales", cases, CASE)


def _merged(ones: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What the first says, then what the others add."""
    found: dict[str, str] = {}
    for one in ones:
        found = {**found, **{key: text for key, text in one.items() if key not in found}}
    return found


def _filtering(questions: Iterable[Question]) -> list[Question]:
    found: dict[str, Question] = {}
    for one in questions:
        if one.filter:
            found.setdefault(one.id, one)
    return list(found.values())


def _options(question: Question | None) -> dict[str, str]:
    return {one.id: one.text for one in question.options if not one.unknown} if question else {}
