"""What the list of files may be filtered by: each filter's name in the address, its title, its values in words.

They are the groups of « Le réseau »: a count there and a list here say the same. Words come from the definitions;
where editions differ, from the latest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from selfassess.content.directory import Directory
from selfassess.core.definition.edition import Definitions
from selfassess.core.network.picture import REGION, picture_of
from selfassess.store.models import Network

EDITION, ASSIGNED, NETWORK = "edition", "suivi", "reseau"
ME, NOBODY = "moi", "personne"
FROM_PICTURE = (
    "maturity-",
    "principal",
)  # these filter what a count of « Le réseau » leads to; forms do not offer them


@dataclass(frozen=True)
class ListFilter:
    """`values`: {value in the address: its words}, in the order they are offered. `kind`: of a facet, else empty.
    `part`: what it is read under; `offered`: by the form of the list."""

    name: str
    title: str
    values: Mapping[str, str] = field(repr=False)
    kind: str = ""
    part: str = ""
    offered: bool = True


def all_filters(
    definitions: Definitions, directory: Directory, networks: Sequence[Network], colleagues: Mapping[int, str], me: int
) -> list[ListFilter]:
    """Every filter of the list, for the account `me`."""
    others = {str(one): label for one, label in colleagues.items() if one != me}
    follow, editions = "Le suivi", reversed(list(definitions.editions))
    found = [
        ListFilter(ASSIGNED, "Suivi par", {ME: "Moi", NOBODY: "Personne", **others}, part=follow),
        ListFilter(EDITION, "Édition du questionnaire", {one: one for one in editions}, part=follow),
    ]
    if len(networks) > 1:
        found.append(ListFilter(NETWORK, "Réseau", {str(one.id): one.name for one in networks}, part=follow))
    return [*found, *_facets(definitions, directory)]


def _facets(definitions: Definitions, directory: Directory) -> Iterator[ListFilter]:
    for part in reversed(picture_of(definitions, [], directory.departements, whole=True)):
        for group in part.groups:
            values = {row.key: row.label for row in group.rows}
            if group.id == REGION:
                values = {one: one for one in directory.regions}
            elif group.id.startswith("device-"):
                values = dict(sorted(values.items(), key=lambda one: one[1]))
            offered = not group.id.startswith(FROM_PICTURE)
            title = f"Dispositifs : {group.title.lower()}" if group.id.startswith("device-") else group.title
            yield ListFilter(group.id, title, values, group.id, part.title, offered)
