"""Report: all a reader sees, as data. Serialisable, recomputable, with a fingerprint.

`compose.build` turns a `Reading` into one; templates only lay it out, for the screen and for the PDF.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field

from selfassess.core.answers.items import Answers, by_position, without_ids
from selfassess.core.definition.edition import ENGINE, Definitions, Edition
from selfassess.core.definition.partner_texts import PartnerPage
from selfassess.core.definition.report_texts import GlossaryTerm, TitledProse
from selfassess.core.definition.structure import digest
from selfassess.core.explanation.neighbours import ExamplePart
from selfassess.core.explanation.parts import ChangePart, Part, StandingPart
from selfassess.core.explanation.sentence import Why
from selfassess.core.report.blocks import Drafts, ReportDocuments
from selfassess.core.report.dates import Dated
from selfassess.core.report.whom_to_call import ContactPart

SHAPE = 6  # of a `Report` as stored: one more whenever a part is added, changed or taken away, see `core.report.shapes`
KEY_LENGTH = 12  # hexadecimal digits, for the steps of one file
FINGERPRINT_LENGTH = 24  # hexadecimal digits kept of SHA-256


class DeskHeadline(Part):
    """What a network's desk reads of a headline: the same, said of the territory."""

    title: str
    also: str
    provisional: str | None


class Headline(Part):
    """The reading in words, for page one. `title`: for somebody who never heard of the study; `term`: the study's, with
    `secondary`. Reports made before have the study's as title."""

    title: str
    sentence: str
    family: str | None
    secondary: tuple[str, ...]
    mention: str | None
    provisional: str | None
    confidence: str
    confidence_text: str
    rivals: tuple[str, ...] = ()  # categories that may come first, as `provisional` says at length
    note: str | None = None  # why several are not told apart, or why fewer points come first
    term: str = ""
    also: str = ""  # the other links and what is noted beside, for somebody who never heard of the study
    desk: DeskHeadline | None = None

    @property
    def study_term(self) -> str:
        """What the study calls it, in any report."""
        return self.term or self.title


class CategoryPart(Part):
    """One category: its verdict, its points (None for the remainder), its reasons on its best action."""

    id: str
    title: str
    family: str | None
    verdict: Literal["assigned", "undecided", "ruled_out"]
    verdict_text: str
    low: int | None
    high: int | None
    threshold: int | None
    reach: int | None
    principal: bool
    equal: bool
    definition: str
    sentence: str
    meaning: str
    caution: str
    advice: tuple[str, ...]
    source: str
    action: str | None
    gate: Why | None
    reasons: tuple[Why, ...]
    missing: tuple[Why, ...]
    support: tuple[str, ...]
    note: str | None = None
    standing: StandingPart = StandingPart()
    plain: str = ""  # its title for somebody who never heard of the study; reports made before have none
    also: str = ""  # the same after another


class DimensionPart(Part):
    id: str
    title: str
    low: int
    high: int
    top: int
    text: str
    source: str
    missing: tuple[Why, ...]


class ServicePart(Part):
    """The RI case in words; None texts when a missing answer would settle it."""

    title: str
    text: str
    advice: str | None
    source: str | None
    integration: str | None
    missing: tuple[Why, ...]


def step_key(device: str, written: str) -> str:
    """Names a step for as long as its author leaves it as it is, whatever its dates become."""
    return digest(device, written)[:KEY_LENGTH]


class StepPart(Part):
    device: str
    title: str
    text: str
    within: str
    until: str = ""  # the last day it can be done, when its words tell one
    key: str = ""  # of reports made before it was kept, like `known_by`

    @property
    def known_by(self) -> str:
        """What it is ticked by, in any report."""
        return self.key or step_key(self.device, self.text)


class Period(Part):
    """One span of the calendar (« Dans les 30 jours »), its last day, and its steps."""

    title: str
    steps: tuple[StepPart, ...]
    until: str = ""


class RulePart(Part):
    """A rule that advising a device breaks; `first_only`: by putting it first, not further on."""

    text: str
    first_only: bool = False


class DevicePart(Part):
    """A device's whole sheet. `cost`, `days` are bands, our estimate. `sources` are ids of the report's list."""

    id: str
    title: str
    short: str
    kind: str
    food: str
    food_text: str
    scope: str
    summary: str
    extension: str | None
    verdict: str
    verdict_text: str
    in_place: bool
    rank: int
    effort: int
    relevance: int
    cost: str
    days: str
    cost_short: str
    days_short: str
    horizon: str
    reasons: tuple[Why, ...]
    first_reason: str
    funding: str | None
    decision: str
    steps: tuple[StepPart, ...]
    contacts: tuple[ContactPart, ...]
    risks: tuple[str, ...]
    examples: tuple[ExamplePart, ...]
    verify: tuple[str, ...]
    benefits: tuple[str, ...]
    sources: tuple[str, ...]
    dated: tuple[Dated, ...] = ()
    rests_on: str | None = None  # the years of what its doors, money and calls rest on
    checked_on: str | None = None  # of reports made before sheets said so: the day it was read again
    check_with: str | None = None  # of the same: whom to ask, once the sheet was old
    change: ChangePart | None = None
    entry: str = "open"  # open, expected, later, over or not_known on the report's day
    entry_text: str = ""
    speaks_for: tuple[str, ...] = ()  # what speaks for it, in short, the best first
    against: str | None = None  # what it asks for beyond what is declared, or what bars it
    against_short: str | None = None  # the first of what it asks for beyond, where it is several
    action: str | None = None  # the living action that it is
    left_out: tuple[str, ...] = ()  # steps that can't be, each with why
    asks: tuple[str, ...] = ()  # body and fact to ask, when its door is not known
    rules: tuple[RulePart, ...] = ()  # what a network is told that advises it all the same
    closes: str = ""  # the last day of the call that makes it open
    entry_short: str = ""  # the same, for page one
    gist: str = ""  # what it is, in a few words
    paying: str = ""  # what is left to pay and to advance
    leaving: str = ""  # how one leaves
    asking: str = ""  # the time and the money it asks for
    asking_short: str = ""  # the same, where page one has little room
    cites: tuple[str, ...] = ()  # all it rests on: `sources`, and those of its doors, contacts and examples


class Slot(Part):
    """One of the three places of page one; `device` None when it is empty, `text` says so."""

    place: str
    device: str | None
    title: str
    text: str
    state: str = ""  # whether one can enter, when it is not open
    against: str | None = None
    cost: str | None = None
    days: str | None = None
    horizon: str | None = None
    rules: tuple[str, ...] = ()  # what a network's advice goes against
    gist: str = ""  # what it is
    asking: str = ""  # the time and the money it asks for, in one sentence
    call: ContactPart | None = None  # whom to call about it
    example: ExamplePart | None = None  # what it changed elsewhere, in one sentence


class SilencePart(Part):
    """Why no option is given: the answers missing, who can give each, a message to forward to them, what is alive."""

    text: str
    missing: tuple[str, ...]
    message: str
    living: str | None


class PageOne(Part):
    lead: str
    who: str
    headline: Headline
    slots: tuple[Slot, ...]
    nothing: str
    nothing_first: bool = False  # before the options: the reading says that there is much to do already
    not_do: str = ""  # of reports made before it left page one
    estimate: str
    decision: str
    decision_of: str | None = None  # the device it is about; None: about none
    common: str | None = None  # a reason that all options share
    unsaid: tuple[str, ...] = ()  # better devices without a place, each with why
    ask: str | None = None  # what was not read, and whom to ask
    call: ContactPart | None = None  # somebody to call
    acting: str = ""  # the actions of the territory, by their names
    paying: str = ""  # of the first option: what is left to pay, and how one leaves
    leaving: str = ""
    agenda: str = ""  # whose agenda the decision is on; reports made before do not say
    silence: SilencePart | None = None  # in the place of the options, when too little is known


class NetworkWords(Part):
    """The words a network's page one is made with, kept with the report it is laid over: it says the same for ever."""

    alive: str
    start: str
    expected: str
    next: str
    prepare: str
    verify: str
    advised: str
    no_leave: str
    closed_since: str
    passed: str
    said: str
    undecided: str
    undecided_plain: str = ""  # of reports made before it was kept, like `also`
    also: str = ""
    undecided_sentence: str
    living_reason: str
    decision_prepare: str
    decision_nothing: str
    ask: str


class AnswerRow(Part):
    """`key`: see `Ref.key`. `by`: who answered, when several services did and it is not the usual one."""

    question: str
    answer: str
    comment: str | None
    key: str = ""
    by: str | None = None


class AnswerGroup(Part):
    title: str
    rows: tuple[AnswerRow, ...]


class Conflict(Part):
    """`desk`: the text said of the territory; reports made before have none."""

    text: str
    answers: tuple[Why, ...]
    desk: str | None = None


class SidePart(Part):
    """What one service answered; `who` is how it is named."""

    who: str
    answer: str
    comment: str | None


class DifferencePart(Part):
    """A question two services answered differently; `outcome` says what became of it."""

    question: str
    action: str | None
    sides: tuple[SidePart, ...]
    outcome: str
    settled: bool


class ServicesPart(Part):
    """Several services answered one file: how many answers each gave, and where they differed.

    `usual`: the one whose answers the annex does not name.
    """

    title: str
    paragraphs: tuple[str, ...]
    source: str
    answered: tuple[str, ...]
    differences: tuple[DifferencePart, ...]
    usual: str


class SourcePart(Part):
    id: str
    text: str
    url: str | None


class Origin(Part):
    """What a report was computed from, kept with it so that it can be computed again and compared.

    `answers` without the ids of the items, which `items` lists, and items by their position in all else: `comments`,
    and `services` (`Services.kept()`). `files`: a digest of each definition file it rests on, by path. What the file
    itself says, by the ids of its items, is put so, and read again, in `reproduce` only.
    """

    answers: dict[str, Any]
    comments: dict[str, str]
    items: tuple[str, ...] = ()
    services: Any = None
    files: dict[str, str] = Field(default_factory=dict)


class AskedBackPart(Part):
    """What they may ask, what our answers say to it, and what is left to prepare (empty: nothing)."""

    asked: str
    said: str
    to_prepare: str = ""


class CallSheet(Part):
    """« Lundi, dix minutes », of the first option (`device`): whom to call, why us, three questions, what is asked
    back, a message ready to send. `first`: whom its sheet names first, without an address. Of the coordination alone:
    no reader, no desk and no PDF shows it."""

    device: str
    call: ContactPart
    first: ContactPart | None
    opening: str
    why: tuple[str, ...]
    questions: tuple[str, ...]
    asked_back: tuple[AskedBackPart, ...]
    subject: str
    message: str


class Report(Part):
    """`shape`: the number of its form, see `core.report.shapes`.

    Without `review`: as declared. `draft`: not sent yet; `trial`: of a draft edition; `abroad`: only its page;
    `elected`: without what the coordination keeps for itself.
    """

    shape: int = SHAPE
    typeset: bool = True  # what people typed is in French typography, less what a network did
    questionnaire: str
    edition: str
    engine: str
    day: str
    fingerprint: str
    title: str
    territory: str
    territory_text: str
    page_one: PageOne
    categories: tuple[CategoryPart, ...]
    reading_title: str | None
    families: dict[str, str]
    conflicts: tuple[Conflict, ...]
    maturity: tuple[DimensionPart, ...]
    service: ServicePart
    sentences: tuple[str, ...]
    have_benefits: tuple[str, ...]
    sheets: tuple[str, ...]
    devices: tuple[DevicePart, ...]
    openings: tuple[str, ...] = ()  # answers that would each move several devices
    left: tuple[str, ...]
    timeline: tuple[Period, ...]
    matrix: MatrixPart | None = None  # a report stored before it existed has none
    answered: int
    asked: int
    missing: tuple[Why, ...]
    settling: int = 0  # the first of them would settle the reading
    answers: tuple[AnswerGroup, ...]
    abandoned: tuple[AnswerRow, ...]
    method: tuple[TitledProse, ...]
    study: tuple[TitledProse, ...]
    mentions: tuple[TitledProse, ...]
    glossary: tuple[GlossaryTerm, ...]
    sources: tuple[SourcePart, ...]
    services: ServicesPart | None = None
    review: ReviewPart | None = None
    draft: bool = False
    trial: bool = False
    elected: bool = False  # the version for élus: see `core.reading.withheld`
    abroad: PartnerPage | None = None
    origin: Origin | None = None
    documents: ReportDocuments | None = None  # a report stored before they were kept has none
    call_sheet: CallSheet | None = None  # likewise; nor where no option is given
    other_sources: tuple[SourcePart, ...] = ()  # of the devices without a place on page one
    network_words: NetworkWords | None = None  # a report stored before has none: a network's reading leads nothing

    def device(self, name: str) -> DevicePart:
        return next(one for one in self.devices if one.id == name)


def fingerprint(
    definitions: Definitions,
    edition: Edition,
    answers: Answers,
    comments: Mapping[str, str],
    day: date,
    services: Any = None,
) -> str:
    """24 hexadecimal digits that change when anything the report rests on does. `services`: `Services.told()`."""
    told = {
        "questionnaire": definitions.slug,
        "edition": edition.id,
        "files": definitions.files_of(edition.id),
        "engine": ENGINE,
        "day": day.isoformat(),
        "answers": without_ids(answers),  # those left on an abandoned branch too: the report lists them
        "comments": by_position(edition.questionnaire, answers, comments),
        **({} if services is None else {"voices": services}),
    }
    return digest(told)[:FINGERPRINT_LENGTH]


class CategoryReview(Part):
    """One category, as declared and as the network reads it. `changed`: the network says otherwise."""

    id: str
    title: str
    declared_text: str
    reviewed_text: str
    declared: bool
    reviewed: bool
    changed: bool
    reason: str


class OrderReview(Part):
    """Titles of the devices advised, the first one first; `devices`: the ids of those reviewed."""

    declared: tuple[str, ...]
    reviewed: tuple[str, ...]
    changed: bool
    reason: str
    devices: tuple[str, ...] = ()


class ReviewComment(Part):
    """A network's comment: on the answer of `key` (`item` names its action), or on the whole file."""

    key: str
    question: str
    item: str
    text: str
    who: str
    day: str


class AgendaChoice(Part):
    """What the coordination may put on the agenda. `id`: network, declared or nothing; `device`: what it is about."""

    id: str
    text: str
    device: str | None = None


class ReviewedPage(Part):
    """A validated reading that is not the declared one: its own page one, calendar and sheets (ids of devices), of the
    day of the review. `agenda`: what may be decided; `chosen`: the one that page one has; `documents`: as kept when it
    was validated."""

    page_one: PageOne
    timeline: tuple[Period, ...]
    passed: tuple[str, ...]  # steps whose last day has gone by since the file was sent
    sheets: tuple[str, ...]
    agenda: tuple[AgendaChoice, ...]
    chosen: str
    documents: Drafts | None = None
    call_sheet: CallSheet | None = None  # of its first option, kept likewise


class ReviewPart(Part):
    """What a network reads, beside what is declared. `state`: validated, or under way and then not shared. `page`: when
    it leads."""

    network: str
    who: str
    day: str
    state: Literal["validated", "under_way"]
    confirmed: bool
    sentence: str
    categories: tuple[CategoryReview, ...]
    devices: OrderReview
    advice: str
    comments: tuple[ReviewComment, ...]
    page: ReviewedPage | None = None


class MatrixPart(Part):
    """Ids of devices by row (interest, the most first) and column (effort, the least first)."""

    efforts: tuple[str, ...]
    interests: tuple[str, ...]
    cells: tuple[tuple[tuple[str, ...], ...], ...]
    most_effort: int
