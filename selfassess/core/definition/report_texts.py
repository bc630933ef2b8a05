"""Wording of the report and of the Méthode, as data: `report.yaml`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, model_validator

from selfassess.core.definition.condition import Condition
from selfassess.core.definition.strict import Blanks, Count, Id, Strict, Text, Whole
from selfassess.core.definition.verdicts import Within


class TitledProse(Strict):
    """A titled block of prose; `study` names the statements it tells. Without `paper`, it is left to the screen."""

    id: Id
    title: Text
    paragraphs: Annotated[tuple[Text, ...], Field(min_length=1)]
    study: tuple[Id, ...] = ()
    paper: bool = True


class ConditionalSentence(Strict):
    """Said when `when` is true; `{question_id}` in the text is replaced by the answer given. `starts`: it says how to
    start, and is left out where page one proposes nothing."""

    id: Id
    when: Condition
    text: Text
    starts: bool = False


class GlossaryTerm(Strict):
    term: Text
    text: Text


class ByCode(Strict):
    """A text for each code of the engine: the codes are the fields."""

    def of(self, code: str) -> str:
        """The text of a code."""
        text: str = getattr(self, code)
        return text


class ConfidenceTexts(Strict):
    """How sure a reading is. `answers`: a number of them, in letters; `subjects`: questions, quoted."""

    agree: Text
    close: Annotated[Text, Blanks("other")]
    conflict: Annotated[Text, Blanks("subjects", needed=True)]
    missing: Annotated[Text, Blanks("answers", needed=True)]


class DeviceVerdictTexts(ByCode):
    maintenant: Text
    a_preparer: Text
    a_verifier: Text
    pas_maintenant: Text
    non_ouvert: Text
    in_place: Text
    young: Text
    over: Annotated[Text, Blanks("year")]


class CategoryVerdictTexts(ByCode):
    assigned: Text
    undecided: Text
    ruled_out: Text


class HorizonTexts(ByCode):
    short: Text
    medium: Text
    long: Text


class WithinTexts(Strict):
    """By span of the calendar, the nearest first."""

    days_30: Text = Field(alias="30d")
    months_6: Text = Field(alias="6m")
    months_18: Text = Field(alias="18m")

    @property
    def spans(self) -> tuple[tuple[Within, str], ...]:
        """Each span with its title."""
        return ("30d", self.days_30), ("6m", self.months_6), ("18m", self.months_18)


class FoodTexts(ByCode):
    occasionnel: Text
    fleche: Text
    mixte: Text


class ScopeTexts(ByCode):
    un_aspect: Text
    transversal: Text


class PlaceTexts(ByCode):
    """How a place of page one is called, by what is done with its device."""

    start: Text
    alive: Text
    expected: Text
    nothing: Text
    next: Text
    prepare: Text
    verify: Text
    leave: Text


class EngineWords(Strict):
    """Words for codes of the engine."""

    confidence: ConfidenceTexts
    verdicts: DeviceVerdictTexts
    category_verdicts: CategoryVerdictTexts
    horizons: HorizonTexts
    within: WithinTexts
    food: FoodTexts
    scope: ScopeTexts
    places: PlaceTexts


class UnsaidTexts(ByCode):
    """Why a better device is not among the options."""

    known: Text
    without_us: Text
    in_place: Text
    applies: Text
    living_first: Text
    behind: Text


class PayingTexts(Strict):
    """What is left to pay. `bounds`: where the bands of the axis of cost begin, in euros a year; `rest`, `part`: per
    cent of the cost, of the help."""

    bounds: Annotated[tuple[Count, ...], Field(min_length=2)]
    nothing: Annotated[Text, Blanks("advance")]
    part: Annotated[Text, Blanks("year", "rest", "amount", "advance")]
    whole: Annotated[Text, Blanks("year", "band")]
    to_ask: Annotated[Text, Blanks("year", "body")]
    under: Annotated[Text, Blanks("high")]
    between: Annotated[Text, Blanks("low", "high")]
    over: Annotated[Text, Blanks("low")]
    advance: Annotated[Text, Blanks("part")]
    advance_to_ask: Text


class LeavingTexts(ByCode):
    """How one leaves, by what is voted on."""

    alive: Text
    convention: Text
    project: Text
    membership: Text
    search: Text
    announce: Text


class PageOneTexts(Strict):
    lead: Text
    undecided: Text
    nothing: Text
    estimate: Text
    agenda: Text
    acting: Annotated[Text, Blanks("actions")]
    asking: Annotated[Text, Blanks("days", "cost")]
    asking_short: Annotated[Text, Blanks("days", "cost")]
    announced: Annotated[Text, Blanks("decision")]
    paying: PayingTexts
    leaving: LeavingTexts
    nothing_first: Text
    empty_start: Text
    empty_prepare: Text
    empty_leave: Text
    decision_alive: Annotated[Text, Blanks("action")]
    step_alive: Annotated[Text, Blanks("action")]
    decision_prepare: Annotated[Text, Blanks("device")]
    decision_nothing: Text
    decision_silent: Text
    decision_none: Text
    over: Annotated[Text, Blanks("demand", "answer")]
    known: Annotated[Text, Blanks("answer")]
    known_held: Annotated[Text, Blanks("answer", "held")]
    over_held: Annotated[Text, Blanks("demand", "answer", "held")]
    full: Text
    full_alive: Text
    same_against: Annotated[Text, Blanks("against")]
    ask: Annotated[Text, Blanks("body", "facts")]
    ask_date: Annotated[Text, Blanks("device")]
    unsaid: Annotated[Text, Blanks("told")]
    unsaid_one: Annotated[Text, Blanks("devices", "why")]
    unsaid_why: UnsaidTexts
    silent: Annotated[Text, Blanks("count")]
    silent_ask: Annotated[Text, Blanks("question", "giver")]
    silent_message: Annotated[Text, Blanks("questions")]
    living_reason: Text
    named: Annotated[Text, Blanks("reason", "actions")]
    living_told: Annotated[Text, Blanks("answer")]
    living: Annotated[Text, Blanks("actions")]


class EntryTexts(Strict):
    """Whether one can enter a device on the report's day. Months and days are in words."""

    until: Annotated[Text, Blanks("day")]
    any_time: Text
    usual: Annotated[Text, Blanks("month", "year")]
    announced: Annotated[Text, Blanks("opens", "closes")]
    over: Annotated[Text, Blanks("year")]
    no_more: Text
    not_known: Annotated[Text, Blanks("day")]
    not_known_short: Text
    usual_short: Annotated[Text, Blanks("month")]
    past: Annotated[Text, Blanks("call", "day")]
    known: Annotated[Text, Blanks("action")]
    without_us: Annotated[Text, Blanks("action")]
    lacking: Annotated[Text, Blanks("known", "reason")]


class ProgrammeTexts(Strict):
    """What a sheet says of the territory's programmes; of one to confirm, whom to ask."""

    said: Annotated[Text, Blanks("programme", "said")]
    zone_to_confirm: Annotated[Text, Blanks("programme")]
    region_to_check: Annotated[Text, Blanks("programme")]


class StepTexts(Strict):
    """A step on the calendar: its season, or why it is not there."""

    season: Annotated[Text, Blanks("text", "month")]
    before: Annotated[Text, Blanks("text", "day")]
    usual: Annotated[Text, Blanks("text", "day")]
    no_call: Annotated[Text, Blanks("text")]
    ended: Annotated[Text, Blanks("text", "programme", "year")]
    out_of_season: Annotated[Text, Blanks("text")]


class HeadlineTexts(Strict):
    """How the reading is called where it is no category, what is said beside it, or where answers do not tell several
    apart. `_plain`: the same for somebody who never heard of the study."""

    several: Annotated[Text, Blanks("question")]
    several_apart: Annotated[Text, Blanks("question")]
    fewer_points: Annotated[Text, Blanks("other")]
    leaning: Annotated[Text, Blanks("title")]
    leaning_plain: Annotated[Text, Blanks("title")]
    undecided: Text
    undecided_plain: Text
    also: Annotated[Text, Blanks("said", needed=True)]
    noted: Annotated[Text, Blanks("said", needed=True)]
    remainder: Annotated[Text, Blanks("title", "reading")]


class RemainderTexts(Strict):
    """What is noted beside what remains."""

    possible: Annotated[Text, Blanks("readings")]
    mention: Annotated[Text, Blanks("said", "sentence")]


class MaturityTexts(Strict):
    """Of a dimension that answers do not situate."""

    not_asked: Text
    missing: Text


class AnswerTexts(Strict):
    """What stands for an answer that is not there."""

    territory: Text
    no_item: Text
    in_sentence: Text


class DeviceReasonTexts(Strict):
    """Reasons of a device. Those in `_unknown` follow « pour savoir si »; `_help` says who may help; where there is one
    in `_said`, it is what is said, and the other what annexes quote."""

    ours: Text
    estimate: Text
    door: Annotated[Text, Blanks("rule")]
    door_said: Annotated[Text, Blanks("rule", "answers")]
    door_unknown: Annotated[Text, Blanks("rule")]
    door_help: Annotated[Text, Blanks("help", "upper")]
    in_place: Annotated[Text, Blanks("action")]
    application: Text
    in_place_said: Annotated[Text, Blanks("answers")]
    in_place_unknown: Annotated[Text, Blanks("rule")]
    in_place_help: Annotated[Text, Blanks("help", "upper")]
    eased: Text
    eased_unknown: Annotated[Text, Blanks("rule")]
    closed_unknown: Annotated[Text, Blanks("rule")]
    gap_unknown: Annotated[Text, Blanks("rule")]
    gap_help: Annotated[Text, Blanks("help", "upper")]
    enough_said: Annotated[Text, Blanks("answers")]
    enough_with: Annotated[Text, Blanks("axes", "answers")]
    nothing: Text
    withheld: Text
    objective: Annotated[Text, Blanks("answers")]
    objectives: Annotated[Text, Blanks("answers")]
    objective_said: Annotated[Text, Blanks("answers")]
    useful_unknown: Annotated[Text, Blanks("rule")]
    rank_unknown: Annotated[Text, Blanks("rule")]
    never_asked: Annotated[Text, Blanks("contact", "whether")]
    to_ask: Annotated[Text, Blanks("whether")]
    verify: Annotated[Text, Blanks("body", "facts")]


class ChangeTexts(Strict):
    """What would change the verdict of a device: what is said, then what annexes quote (from `moved` on)."""

    lacks: Annotated[Text, Blanks("count", "things")]
    lacks_to_pass: Annotated[Text, Blanks("count", "before", "after", "things")]
    needs_to_pass: Annotated[Text, Blanks("count", "before", "after", "things")]
    with_it: Annotated[Text, Blanks("thing", "count", "devices")]
    no_objective: Annotated[Text, Blanks("objectives")]
    holds_to: Annotated[Text, Blanks("answers")]
    ruled_out: Annotated[Text, Blanks("answers")]
    contradict: Annotated[Text, Blanks("answers")]
    moved: Annotated[Text, Blanks("moves", "before", "after")]
    moved_several: Annotated[Text, Blanks("moves", "before", "after")]
    move: Annotated[Text, Blanks("after", "question", "before")]
    move_missing: Annotated[Text, Blanks("after", "question")]
    from_on: Annotated[Text, Blanks("stage", "before", "after")]
    still: Annotated[Text, Blanks("axes")]
    wish: Annotated[Text, Blanks("answers", "question", "objectives", "before")]
    bars: Annotated[Text, Blanks("answer", "question", "before")]
    bars_several: Annotated[Text, Blanks("answers", "before")]
    beyond_stage: Annotated[Text, Blanks("answers", "before")]
    beyond_stage_several: Annotated[Text, Blanks("answers", "before")]
    question: Annotated[Text, Blanks("questions")]
    question_several: Annotated[Text, Blanks("questions")]
    question_more: Annotated[Text, Blanks("questions")]
    question_precise: Annotated[Text, Blanks("questions")]
    conflict: Annotated[Text, Blanks("answers")]
    never_asked: Annotated[Text, Blanks("contact")]


class DateTexts(Strict):
    """What a date of a device's file means. `_short` is for a table."""

    rests_on: Annotated[Text, Blanks("oldest", "newest")]
    rests_on_one: Annotated[Text, Blanks("oldest")]
    rests_on_undated: Text
    and_undated: Annotated[Text, Blanks("count")]
    call_past: Annotated[Text, Blanks("text", "day")]
    call_past_short: Annotated[Text, Blanks("text", "day")]
    call_open: Annotated[Text, Blanks("text", "day")]
    call_open_short: Annotated[Text, Blanks("text", "day")]
    call_coming: Annotated[Text, Blanks("text", "day")]
    call_coming_short: Annotated[Text, Blanks("text", "day")]
    call_always: Annotated[Text, Blanks("text")]
    call_always_short: Annotated[Text, Blanks("text")]
    programme_ending: Annotated[Text, Blanks("text", "year")]
    programme_ending_short: Annotated[Text, Blanks("text", "year")]
    programme_past: Annotated[Text, Blanks("text", "year")]
    programme_past_short: Annotated[Text, Blanks("text", "year")]


class ServiceTexts(Strict):
    """Of a situation of the international service that answers do not settle."""

    title_none: Text
    title_part: Text
    none: Text
    part: Annotated[Text, Blanks("known", "question")]
    harmless: Text


class MatrixBand(Strict):
    """A span of points, from `from_` up to where the next one begins; the first of a row begins wherever."""

    from_: Whole = Field(alias="from")
    title: Text


MatrixBands = Annotated[tuple[MatrixBand, ...], Field(min_length=2, max_length=4)]


class MatrixTexts(Strict):
    """Bands of effort and of interest, from the least."""

    effort: MatrixBands
    interest: MatrixBands

    @model_validator(mode="after")
    def _grow(self) -> MatrixTexts:
        for bands in (self.effort, self.interest):
            starts = [one.from_ for one in bands]
            if starts != sorted(set(starts)):
                raise ValueError("bands_order")
        return self


class DifferenceTexts(Strict):
    """Two services answered a question differently."""

    waiting: Text
    agreed: Text
    chosen: Annotated[Text, Blanks("who")]
    conflict: Annotated[Text, Blanks("question")]
    said: Annotated[Text, Blanks("who", "answer")]
    answered: Annotated[Text, Blanks("who", "answers")]
    source: Annotated[Text, Blanks("places")]


class ComparisonTexts(Strict):
    """Two readings of one territory side by side."""

    headline: Text
    others: Text
    no_other: Text
    certainty: Text
    margin: Text
    no_points: Text
    remainder: Text
    not_settled: Text
    not_concerned: Text
    option: Text
    service: Text
    above: Annotated[Text, Blanks("points")]
    at_threshold: Text
    span: Annotated[Text, Blanks("low", "high")]
    equal: Text
    level: Annotated[Text, Blanks("level", "top")]
    level_span: Annotated[Text, Blanks("low", "high")]


class ReaderTexts(Strict):
    """What reads a question, as the Méthode calls it."""

    category: Annotated[Text, Blanks("title")]
    order: Text
    reading: Annotated[Text, Blanks("title")]
    case: Annotated[Text, Blanks("title")]
    integration: Text
    dimension: Annotated[Text, Blanks("title")]
    axis: Annotated[Text, Blanks("title")]
    lead: Text
    practice: Text
    objectives: Text
    contradictions: Text
    sentences: Text
    benefits: Text


class OwnTexts(Strict):
    """How what is ours is called, by kind then one by one."""

    signs: Text
    readings: Text
    maturity: Text
    questions: Text
    devices: Text
    doors: Text
    sign: Annotated[Text, Blanks("category", "text")]
    reading: Annotated[Text, Blanks("title")]
    case: Annotated[Text, Blanks("title")]
    dimension: Annotated[Text, Blanks("title")]
    question: Annotated[Text, Blanks("title")]


class OwnIds(Strict):
    """What the Méthode tells as ours, by id: its source is our reading or a rule of the tool."""

    titles: OwnTexts
    signs: tuple[Id, ...]
    readings: tuple[Id, ...]
    dimensions: tuple[Id, ...]
    questions: tuple[Id, ...]


class ExampleTexts(Strict):
    """Of an example beside a device: what it shares with the reader's territory, and what was not read of it."""

    alike: Annotated[Text, Blanks("traits", needed=True)]
    partner: Annotated[Text, Blanks("partner", needed=True)]
    departement: Text
    region: Text
    overseas: Text
    no_pat_link: Text


class BrokenRuleTexts(ByCode):
    """What advising a device goes against; a door that is not open is said as on its sheet."""

    closed: Text
    not_now: Text
    known: Text
    without_us: Text
    young: Text
    applies: Text
    nothing: Text


class NetworkTexts(Strict):
    """A network's reading where it leads. Days are in words."""

    said: Annotated[Text, Blanks("day")]
    advised: Text
    no_leave: Text
    closed_since: Annotated[Text, Blanks("day")]
    passed: Annotated[Text, Blanks("text")]
    rules: BrokenRuleTexts


class ReportTexts(Strict):
    words: EngineWords
    page_one: PageOneTexts
    entry: EntryTexts
    programmes: ProgrammeTexts
    steps: StepTexts
    headline: HeadlineTexts
    network: NetworkTexts
    remainder: RemainderTexts
    maturity: MaturityTexts
    answers: AnswerTexts
    devices: DeviceReasonTexts
    changes: ChangeTexts
    matrix: MatrixTexts
    mentions: Annotated[tuple[TitledProse, ...], Field(min_length=1)]
    method: Annotated[tuple[TitledProse, ...], Field(min_length=1)]
    study: Annotated[tuple[TitledProse, ...], Field(min_length=1)]
    two_services: TitledProse
    without: TitledProse  # most territories do without
    examples: ExampleTexts
    dated: DateTexts
    service: ServiceTexts
    differences: DifferenceTexts
    comparison: ComparisonTexts
    readers: ReaderTexts
    own: OwnIds
    sentences: tuple[ConditionalSentence, ...] = ()
    glossary: Annotated[tuple[GlossaryTerm, ...], Field(min_length=1)]


BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")
NETWORK = "network"  # in a sentence, who puts the territory in touch: its regional network, else the national point
