"""What a network sees of its files together, as data outside editions: `network.yaml`.

Apart: no report rests on it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from selfassess.core.definition.strict import Id, Strict, Text


class GivenOption(Strict):
    question: Id
    option: Id


class SharedDoor(Strict):
    """A way in that is made for several territories. `contact`: an id of `contacts.yaml`."""

    devices: Annotated[tuple[Id, ...], Field(min_length=1)]
    title: Text
    text: Text
    contact: Id
    sources: Annotated[tuple[str, ...], Field(min_length=1)]


class ListColumns(Strict):
    """By which titles the columns of a list of territories are known, upper case and accents aside."""

    name: Annotated[tuple[Text, ...], Field(min_length=1)]
    departement: tuple[Text, ...] = ()
    code: tuple[Text, ...] = ()
    type: tuple[Text, ...] = ()
    population: tuple[Text, ...] = ()


class PublicList(Strict):
    """The list that the State publishes of those who fill our questionnaire. `told`: by question, the title of the
    column that already answers it; of an option, `pat_list` is what that list calls it."""

    title: Text
    record: Text
    told: dict[Id, Text]


class NetworkRules(Strict):
    """`pictured`: the questions whose answers are counted, in that order. `narrowed_by`: those by whose answer the
    picture may be narrowed. `wanted`: what is answered of an action that is thought of. `together`: the questions that
    several may answer alike, and act together."""

    pictured: Annotated[tuple[Id, ...], Field(min_length=1)]
    narrowed_by: tuple[Id, ...] = ()
    wanted: GivenOption
    together: tuple[Id, ...] = ()
    shared_doors: tuple[SharedDoor, ...] = ()
    columns: ListColumns
    public_list: PublicList
