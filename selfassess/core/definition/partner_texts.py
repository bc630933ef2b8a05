"""The page for a partner abroad, in English or in French: its wording as data (`abroad.yaml`, `abroad_fr.yaml`), and
what it says of one file.

`core.report.partner_page` goes from one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from selfassess.core.definition.condition import Condition
from selfassess.core.definition.strict import Blanks, Id, Strict, Text

PartnerLanguage = Literal["en", "fr"]
PARTNER_FILES: Mapping[PartnerLanguage, str] = {"en": "abroad.yaml", "fr": "abroad_fr.yaml"}


class PartnerWords(Strict):
    """Words for ids; those of `silent` are left out on purpose."""

    say: dict[Id, Text]
    silent: tuple[Id, ...] = ()


class PartnerAnswers(PartnerWords):
    """What the answer to `question` says. With a `lead`, one sentence: its `{list}` is every answer given."""

    question: Id
    lead: Annotated[Text | None, Blanks("list", needed=True)] = None


class AxisWords(Strict):
    """An axis: in English by `text`, in French by the questionnaire's own words. Its Milan Pact category is the
    option's own; `also`: others; `nuance`: how well it fits."""

    text: Text | None = None
    also: tuple[Text, ...] = ()
    nuance: Text | None = None


class PartnerAxes(Strict):
    question: Id
    lead: Text | None = None
    say: dict[Id, AxisWords]
    silent: tuple[Id, ...] = ()


class PartnerDevices(PartnerWords):
    """Names of devices, as objects of `now` and `later`."""

    now: Annotated[Text, Blanks("list", needed=True)]
    later: Annotated[Text, Blanks("list", needed=True)]


class PartnerLinks(Strict):
    """`facts` are read on each action, but those of which `unless` is true; `after`, on the file. `names`: what is said
    of the names of actions, where they are in another language than the page."""

    names: Text | None = None
    unless: Condition | None = None
    facts: Annotated[tuple[PartnerAnswers, ...], Field(min_length=1)]
    after: tuple[PartnerAnswers, ...] = ()


class ConditionalLead(Strict):
    when: Condition
    text: Text


class PatDefinition(Strict):
    text: Text
    source: Text


class MilanPact(Strict):
    """`categories`: as the questionnaire names them, in English, then in the language of the page."""

    categories: Annotated[dict[Text, Text], Field(min_length=1)]
    note: Text
    none: Text
    source: Text


class PartnerPageHeadings(Strict):
    who: Text
    axes: Text
    axis: Text
    english: Text | None = None  # of the page in English alone
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
    language: PartnerLanguage
    lead: Text
    lead_when: tuple[ConditionalLead, ...] = ()  # the first whose condition is true takes the place of `lead`
    what: PatDefinition
    headings: PartnerPageHeadings
    hint: Text  # what to write on the empty line of the contact
    marks: PartnerPageMarks
    months: Annotated[tuple[Text, ...], Field(min_length=12, max_length=12)]
    first_day: Text  # of a month
    conjunction: Text  # before the last of a list
    types: PartnerWords
    bands: PartnerWords
    inhabitants: Annotated[Text, Blanks("population", needed=True)]
    departement: Text
    place: tuple[PartnerAnswers, ...]
    who: tuple[PartnerAnswers, ...]
    milan: MilanPact
    axes: PartnerAxes
    feed: PartnerAxes
    wants: tuple[PartnerAnswers, ...]
    working_language: PartnerAnswers
    devices: PartnerDevices
    links: PartnerLinks


class PartnerPagePart(BaseModel):
    """Base of the page's parts: frozen, and nothing unforeseen is read back from storage."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PartnerAxis(PartnerPagePart):
    """`french` is the questionnaire's own word; `english`, nothing on the page in French. No category: the Milan Pact
    has none for it."""

    french: str
    english: str
    categories: tuple[str, ...]
    nuance: str | None = None


class PartnerAction(PartnerPagePart):
    """An international action; `label` is what the territory typed, in French."""

    label: str | None
    facts: tuple[str, ...]


class PartnerPage(PartnerPagePart):
    """The page, in its order. `departement`, `network` and labels are French names; the rest is in `language`.

    `of`: the fingerprint of the report it is made from. `names`, `hint`: empty on a page kept before it had them.
    """

    language: PartnerLanguage = "en"
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
    names: str = ""
    after: tuple[str, ...]
    note: str
    none: str
    mark: str
    network: str | None
    foot: str
    headings: PartnerPageHeadings
    hint: str = ""
