"""The page in English for a partner abroad: its wording as data (`abroad.yaml`), and what it says of one file.

`core.report.partner_page` goes from one to the other.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from selfassess.core.definition.condition import Condition
from selfassess.core.definition.strict import Blanks, Id, Strict, Text


class EnglishWords(Strict):
    """English for ids; those of `silent` are left out on purpose."""

    say: dict[Id, Text]
    silent: tuple[Id, ...] = ()


class EnglishAnswers(EnglishWords):
    """What the answer to `question` says. With a `lead`, one sentence: its `{list}` is every answer given."""

    question: Id
    lead: Annotated[Text | None, Blanks("list", needed=True)] = None


class EnglishAxis(Strict):
    """An axis in English. Its Milan Pact category is the option's own; `also`: others; `nuance`: how well it fits."""

    text: Text
    also: tuple[Text, ...] = ()
    nuance: Text | None = None


class EnglishAxes(Strict):
    question: Id
    lead: Text | None = None
    say: dict[Id, EnglishAxis]
    silent: tuple[Id, ...] = ()


class EnglishDevices(EnglishWords):
    """Names of devices, as objects of `now` and `later`."""

    now: Annotated[Text, Blanks("list", needed=True)]
    later: Annotated[Text, Blanks("list", needed=True)]


class EnglishActions(Strict):
    """`facts` are read on each action, but those of which `unless` is true; `after`, on the file."""

    unless: Condition | None = None
    facts: Annotated[tuple[EnglishAnswers, ...], Field(min_length=1)]
    after: tuple[EnglishAnswers, ...] = ()


class ConditionalLead(Strict):
    when: Condition
    text: Text


class PatDefinition(Strict):
    text: Text
    source: Text


class MilanPact(Strict):
    categories: Annotated[tuple[Text, ...], Field(min_length=1)]
    note: Text
    none: Text
    source: Text


class PartnerPageHeadings(Strict):
    who: Text
    axes: Text
    axis: Text
    english: Text
    category: Text
    wants: Text
    links: Text
    contact: Text
    made: Text


class PartnerPageMarks(Strict):
    """Whose word the page is."""

    declared: Annotated[Text, Blanks("day", needed=True)]
    draft: Annotated[Text, Blanks("day", needed=True)]
    trial: Annotated[Text, Blanks("day", needed=True)]
    reviewed: Annotated[Text, Blanks("day", needed=True)]
    foot: Annotated[Text, Blanks("edition", "fingerprint", needed=True)]


class PartnerPageTexts(Strict):
    lead: Text
    lead_when: tuple[ConditionalLead, ...] = ()  # the first whose condition is true takes the place of `lead`
    what: PatDefinition
    headings: PartnerPageHeadings
    marks: PartnerPageMarks
    months: Annotated[tuple[Text, ...], Field(min_length=12, max_length=12)]
    types: EnglishWords
    bands: EnglishWords
    inhabitants: Annotated[Text, Blanks("population", needed=True)]
    departement: Text
    place: tuple[EnglishAnswers, ...]
    who: tuple[EnglishAnswers, ...]
    milan: MilanPact
    axes: EnglishAxes
    feed: EnglishAxes
    wants: tuple[EnglishAnswers, ...]
    language: EnglishAnswers
    devices: EnglishDevices
    links: EnglishActions


class PartnerPagePart(BaseModel):
    """Base of the page's parts: frozen, and nothing unforeseen is read back from storage."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PartnerAxis(PartnerPagePart):
    """`french` is the questionnaire's own word; no category: the Milan Pact has none for it."""

    french: str
    english: str
    categories: tuple[str, ...]
    nuance: str | None = None


class PartnerAction(PartnerPagePart):
    """An international action; `label` is what the territory typed, in French."""

    label: str | None
    facts: tuple[str, ...]


class PartnerPage(PartnerPagePart):
    """The page, in its order. `departement`, `network` and labels are French names; the rest is English.

    `of`: the fingerprint of the report it is made from.
    """

    of: str
    lead: str
    what: PatDefinition
    place: tuple[str, ...]
    departement: str | None
    within: str  # what comes before the name of the département
    who: tuple[str, ...]
    axes: tuple[PartnerAxis, ...]
    wants: tuple[str, ...]
    feed_lead: str
    feed: PartnerAxis | None
    means: tuple[str, ...]  # forms of cooperation, language
    links: tuple[PartnerAction, ...]
    after: tuple[str, ...]
    note: str
    none: str
    mark: str
    network: str | None
    foot: str
    headings: PartnerPageHeadings
