"""The reasons of a device said in French: each with the answer given in it, or the missing one asked for.

Stock sentences come from the device, the means and the readings; those of the engine, from `report.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from selfassess.core.answers.answers import View
from selfassess.core.answers.grounds import grounds
from selfassess.core.answers.in_words import Quote, SaidAnswer, listed, number, said_answer, territory_clauses
from selfassess.core.definition.condition import (
    Ask,
    Condition,
    Ref,
    asks_of,
    because,
    evaluate,
)
from selfassess.core.definition.device import Device
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.means import Axis
from selfassess.core.definition.report_texts import DeviceReasonTexts
from selfassess.core.definition.typography import NBSP
from selfassess.core.definition.verdicts import Side
from selfassess.core.explanation.conditions import FIELDS
from selfassess.core.explanation.method import point_place
from selfassess.core.explanation.sentence import (
    Why,
    lacking,
    lowered,
    missed,
    options_tested,
    other,
    raised,
    sentence,
    spoken,
    stated,
    unsure,
    whether,
)
from selfassess.core.reading.reading import Reading
from selfassess.core.reading.recommendation import Advice
from selfassess.core.reading.usefulness import Reason, ReasonKind

MOST_QUOTED = 2  # answers in one sentence; of what rests on more, the first alone
MOST_ASKED = 4  # missing answers in one sentence
_KINDS: tuple[ReasonKind, ...] = ("objective", "in_place", "asset", "fit", "eased", "territory", "withheld")
SPEAKS = {kind: at for at, kind in enumerate(_KINDS)}  # what may be said for a device in short, the most telling first
BARS: Mapping[ReasonKind, int] = {"door": 0, "closed": 0, "lead": 0, "gap": 1, "nothing": 2, "withheld": 3}


@dataclass(frozen=True)
class DeviceWhy:
    """A reason, what is said of it in short on page one, and what is shown."""

    reason: Reason
    stock: str
    why: Why


class ReasonWords(NamedTuple):
    """What is said of a reason in short on page one, what is said on its sheet, and what an annex quotes."""

    short: str
    text: str
    exact: str


@dataclass(frozen=True)
class Teller:
    """Says the reasons of the devices of one reading; an answer quoted for one device serves the next."""

    definitions: Definitions
    reading: Reading
    withheld: frozenset[str] = frozenset()  # questions whose answers are not told
    unexplained: Mapping[str, Side] = field(default_factory=dict)  # devices whose verdict needs them: on which side
    said: dict[Any, SaidAnswer] = field(default_factory=dict)
    bases: dict[Ref, tuple[Ref, ...]] = field(default_factory=dict)

    def told(self, advice: Advice) -> tuple[DeviceWhy, ...]:
        """Every reason of a device, in order."""
        teller = _DeviceTeller(self, advice)
        return tuple(told for reason in teller.reasons for told in teller.tell(reason))


@dataclass(frozen=True)
class _DeviceTeller:
    teller: Teller
    advice: Advice

    @property
    def definitions(self) -> Definitions:
        return self.teller.definitions

    @property
    def reading(self) -> Reading:
        return self.teller.reading

    @property
    def view(self) -> View:
        return self.reading.view

    @property
    def device(self) -> Device:
        return self.advice.device

    @property
    def texts(self) -> DeviceReasonTexts:
        return self.definitions.texts.devices

    @property
    def reasons(self) -> Iterator[Reason]:
        """Of doors that one answer opens, the first alone; the brakes that bite after all that is given."""
        every = [one for one in self.advice.reasons if not self.kept_back(one)]
        opened, given = set(), [one for one in every if one.favourable != "unknown"]
        for one in given:
            read = (one.refs, tuple(field_read(self.view, ask) for ask in asks_of(one.when)))
            if one.kind != "door" or one.favourable == "against" or read not in opened:
                yield one
            opened.add(read)
        yield from self.brakes
        if side := self.teller.unexplained.get(self.device.id):
            yield Reason("withheld", side, (), self.texts.withheld)
        yield from every[len(given) :]

    def kept_back(self, reason: Reason) -> bool:
        """Does it rest only on answers that are not told?"""
        if reason.kind == "nothing" and self.device.id in self.teller.unexplained:
            return True
        refs = self.grounds(reason.refs) if self.teller.withheld else ()
        return bool(refs) and all(one.question in self.teller.withheld for one in refs)

    @property
    def brakes(self) -> Iterator[Reason]:
        """What the answers name as a brake, where a device that is not in use asks for it, less what a gap says."""
        axes = {one.id: one for one in self.reading.edition.means.axes}
        short = {one.axis.id for one in self.advice.gaps}
        asked_for = self.advice.verdict != "non_ouvert" and not self.advice.weighed.practised
        for rule in self.definitions.rules.brakes if asked_for else ():
            asked = self.device.application if rule.application else self.device.demands.get(rule.axis or "", 0) > 0
            if asked and rule.axis not in short and evaluate(rule.when, self.view):
                text = need(self.advice, axes[rule.axis]) if rule.axis else self.texts.application
                yield Reason("brake", "against", because(rule.when, self.view), text, rule.axis, when=rule.when)

    def tell(self, reason: Reason) -> Iterator[DeviceWhy]:
        answers = self.answers(reason)
        quotes = _quotes(answers)
        if reason.favourable != "unknown":
            short, said, exact = self.given(reason, answers)
            yield DeviceWhy(reason, short, self.why(reason, said, quotes, other(exact, said)))
            return
        aim = self.aim(reason)
        asked = askable(self.view, reason.when, quotes)
        if not asked and reason.decides:  # another edition asks it, or no question can: the sheet says whom to ask
            known = whether(aim).rstrip(".")
            contact = self.definitions.first_contact(self.device)
            form = self.texts.never_asked if reason.refs else self.texts.to_ask
            told = form.format(contact=contact, whether=known)
            yield DeviceWhy(reason, told, self.why(reason, told, ()))
        if asked:
            said = self.missing(reason, aim, asked)
            yield DeviceWhy(reason, said, self.why(reason, said, asked, self.each_missing(aim, asked)))

    def missing(self, reason: Reason, aim: str, asked: Sequence[Quote]) -> str:
        """What is missing, and what for: a rule is said first."""
        if reason.kind in {"door", "lead", "gap"}:
            axis = self.axis(reason)
            rule = need(self.advice, axis) if axis is not None else reason.text
            return f"{rule.rstrip('.')}{NBSP}; {lacking(asked).rstrip(',')}."
        return missed(aim, asked)

    def each_missing(self, aim: str, asked: Sequence[Quote]) -> str:
        """Every answer missing, a few in a sentence."""
        told = []
        for at in range(0, len(asked), MOST_ASKED):
            few = asked[at : at + MOST_ASKED]
            # Several at once: that one was answered « je ne sais pas » would be said of each.
            named = few if len(few) == 1 else [one.model_copy(update={"answer": None}) for one in few]
            told.append(sentence("unknown", aim, named, unsure=unsure(self.view, named)))
        return " ".join(told)

    def why(self, reason: Reason, text: str, quotes: Sequence[Quote], exact: str | None = None) -> Why:
        return Why(
            side=reason.favourable,
            text=text,
            exact=exact,
            quotes=tuple(quotes),
            help=self.help(reason),
            source=self.source(reason),
            place=self.place(reason),
        )

    def answers(self, reason: Reason) -> list[SaidAnswer]:
        """The answers it rests on: of several options those that count, of a territory the fields that count."""
        tested: Mapping[str, frozenset[str]] = {}
        fields: tuple[str, ...] = ()
        if reason.when is not None:
            tested = options_tested(self.view, reason.when)
            fields = tuple(field_read(self.view, ask) for ask in asks_of(reason.when))
        elif reason.kind in {"gap", "enough"}:
            axes = self.reading.edition.means.axes
            fields = tuple(one.field for one in axes if one.field and reason.axis in {None, one.id})
        fields = tuple(filter(None, fields))
        told = [one for one in self.grounds(reason.refs) if one.question not in self.teller.withheld]
        return [self.answer(ref, tested.get(ref.question), fields) for ref in told]

    def grounds(self, refs: Sequence[Ref]) -> tuple[Ref, ...]:
        for ref in refs:
            if ref not in self.teller.bases:
                self.teller.bases[ref] = grounds(self.view, (ref,))
        return tuple(dict.fromkeys(one for ref in refs for one in self.teller.bases[ref]))

    def answer(self, ref: Ref, among: frozenset[str] | None, fields: tuple[str, ...]) -> SaidAnswer:
        key = (ref, among, fields)
        if key not in self.teller.said:
            found = said_answer(self.view, ref, among)
            if fields and found.quote.answer and ref.question == self.view.questionnaire.territory.id:
                found = found._replace(clauses=territory_clauses(self.view, fields))
            self.teller.said[key] = found._replace(quote=field_quote(self.view, found.quote, fields))
        return self.teller.said[key]

    def axis(self, reason: Reason) -> Axis | None:
        axes = self.reading.edition.means.axes
        return next((one for one in axes if reason.kind == "gap" and one.id == reason.axis), None)

    def given(self, reason: Reason, answers: Sequence[SaidAnswer]) -> ReasonWords:
        """What is said in short, what is said, and the same with the answers quoted."""
        kind, against = reason.kind, reason.favourable == "against"
        if kind == "gap":
            return self.gap(reason, answers)
        if kind == "objective":
            return self.objective(reason, answers)
        if kind == "enough":
            return self.enough(answers)
        text = reason.text or (self.texts.eased if kind == "eased" else self.texts.nothing)
        few = answers if len(answers) <= MOST_QUOTED else answers[:1]
        quoted = text
        if kind == "door" and not against:
            clause = raised(spoken(few))
            quoted = self.texts.door.format(rule=lowered(text))
            if clause and clause not in text:
                said = self.texts.door_said.format(rule=text, answers=clause)
                return ReasonWords(said, said, sentence("for", quoted, _quotes(few)))
            text = quoted
        if kind == "in_place":
            text, quoted = self.texts.in_place_said, self.texts.in_place.format(action=answers[0].quote.action)
        said = stated(text, few, but=against and kind != "in_place")
        exact = sentence(reason.favourable, quoted, _quotes(few), but=against and kind in {"door", "lead"})
        return ReasonWords(said, said, exact)

    def gap(self, reason: Reason, answers: Sequence[SaidAnswer]) -> ReasonWords:
        axis = next(one.axis for one in self.advice.gaps if one.axis.id == reason.axis)
        wanted = need(self.advice, axis)
        cap = next((one for one in axis.caps if evaluate(one.when, self.view) and self.capped(axis, one.at)), None)
        if cap is None:
            own = [one for one in answers if one.quote.question == axis.question]
            said = stated(wanted, own, but=True)
            return ReasonWords(said, said, sentence("against", wanted, _quotes(own), but=True))
        held = answers[1:] or answers
        said = f"{stated(wanted, held, but=True).rstrip('.')}, et {cap.text}."
        exact = sentence("against", f"{wanted.rstrip('.')}, et {cap.text}.", _quotes(held))
        return ReasonWords(said, said, exact)

    def capped(self, axis: Axis, at: int) -> bool:
        """Would the answer alone, where it is known, give more than that?"""
        own = self.advice.facts.available[axis.id].own
        return own is None or own > at

    def objective(self, reason: Reason, answers: Sequence[SaidAnswer]) -> ReasonWords:
        """The objectives served: in short, the first alone."""
        served = [one for one in self.view.option(reason.refs[0]) if self.device.objectives.get(one.id)]
        clauses = tuple(one.clause for one in served if one.clause)
        first, *others = [f"«{NBSP}{one.text}{NBSP}»" for one in served]
        exact = self.texts.objectives if others else self.texts.objective
        short, said = (
            stated(self.texts.objective_said, [answers[0]._replace(clauses=few)]) for few in (clauses[:1], clauses)
        )
        return ReasonWords(short, said, exact.format(answers=listed([first, *others])))

    def enough(self, answers: Sequence[SaidAnswer]) -> ReasonWords:
        """Means that suffice: the answers are the sentence."""
        quotes = _quotes(answers)
        asked = {one.question for one in quotes}
        axes = ", ".join(lowered(one.title) for one in self.reading.edition.means.axes if one.question in asked)
        quoted = listed([f"«{NBSP}{one.answer}{NBSP}»" for one in quotes])
        said = stated(self.texts.enough_said, answers)
        return ReasonWords(said, said, self.texts.enough_with.format(axes=axes, answers=quoted))

    def aim(self, reason: Reason) -> str:
        """What the missing answers would tell, as a statement."""
        texts, axis = self.texts, self.axis(reason)
        forms: Mapping[ReasonKind, str] = {
            "door": texts.door_unknown,
            "lead": texts.door_unknown,
            "in_place": texts.in_place_unknown,
            "eased": texts.eased_unknown,
            "closed": texts.closed_unknown,
            "gap": texts.gap_unknown,
        }
        form = forms.get(reason.kind) or (texts.useful_unknown if reason.decides else texts.rank_unknown)
        rule = need(self.advice, axis) if axis is not None else reason.text
        return form.format(rule=lowered(rule).rstrip("."))

    def help(self, reason: Reason) -> str | None:
        if reason.help is None:
            return None
        texts = self.texts
        forms: Mapping[ReasonKind, str] = {
            "door": texts.door_help,
            "in_place": texts.in_place_help,
            "gap": texts.gap_help,
        }
        return forms[reason.kind].format(help=reason.help, upper=reason.help[0].upper() + reason.help[1:])

    def source(self, reason: Reason) -> str:
        if reason.kind == "closed":
            return reason.sources[0]
        if reason.sources:
            known = [self.definitions.sources[one] for one in reason.sources]
            return f"{NBSP}; ".join(dict.fromkeys(f"{one.body}, {one.year}" for one in known))
        return self.texts.estimate if reason.kind in {"gap", "enough", "brake"} else self.texts.ours

    def place(self, reason: Reason) -> str:
        """Anchor in the Méthode of what the reason comes from."""
        name = self.device.id
        fixed = {
            "gap": f"demande-{name}-{reason.axis}",
            "brake": f"demande-{name}-{reason.axis}" if reason.axis else f"demande-{name}",
            "withheld": f"demande-{name}",
            "enough": f"demande-{name}",
            "lead": "pilotage",
            "closed": f"lecture-{reason.axis}",
            "in_place": "pratique",
            "eased": "pratique",
            "objective": f"sert-{name}",
            "nothing": f"sert-{name}",
        }
        own = point_place(self.device, reason.text) if reason.text else f"points-{name}-titre"  # several signs at once
        return fixed.get(reason.kind, own)


def _quotes(answers: Sequence[SaidAnswer]) -> list[Quote]:
    return [one.quote for one in answers]


def need(advice: Advice, axis: Axis) -> str:
    """« Il faut 5 à 19 jours de travail par an. »"""
    return axis.gap_text.format(demand=demanded(advice, axis))


def demanded(advice: Advice, axis: Axis) -> str:
    """What a device asks for on an axis: « 5 à 19 jours de travail par an »."""
    return axis.scale[min(advice.device.demands[axis.id], len(axis.scale) - 1)]


def field_read(view: View, ask: Ask) -> str:
    """The field of the territory that a test reads: that of the zone, where the zone answers."""
    return ask.field or ("departement" if view.worked_out(ask.question) else "")


def askable(view: View, when: Condition | None, quotes: Sequence[Quote]) -> list[Quote]:
    """Those of the answers to a test that this edition may ask for; not the territory, where only the zone is in
    doubt."""
    doubtful = any(view.nobody_asked(ask.question) for ask in asks_of(when))
    asked = [one for one in quotes if one.question in view.questionnaire.every]
    return [one for one in asked if not (doubtful and one.question == view.questionnaire.territory.id)]


def field_quote(view: View, one: Quote, fields: Sequence[str]) -> Quote:
    """Of a territory, only the fields that count."""
    if one.question != view.questionnaire.territory.id or not fields:
        return one
    said = [text for name in dict.fromkeys(fields) if (text := _field_text(view, name))]
    answer = ", ".join([*said[:1], *(lowered(text) for text in said[1:])])
    return one.model_copy(update={"answer": answer}) if answer else one


def _field_text(view: View, name: str) -> str | None:
    question, given = view.questionnaire.territory, view.territory
    if name == "type":
        return next((one.text for one in question.types if one.id == given.get("type")), None)
    if name == "departement" and len(codes := view.departements) > 1:
        return f"départements{NBSP}{listed(codes)}"
    if name == "population" and isinstance(people := given.get(name), int):
        band = next((one.text for one in question.bands if one.id == given.get("band")), None)
        return band or f"{number(people)}{NBSP}habitants"
    return f"{FIELDS.get(name, name)}{NBSP}{given[name]}" if given.get(name) else None


def bands(reading: Reading, advice: Advice, short: bool = False) -> dict[str, str]:
    """Bands of `cost` and `days` (empty when no axis shows them); `short`, in few words."""
    found = {"cost": "", "days": ""}
    for axis in reading.edition.means.axes:
        if axis.shown:
            said = axis.short if short and axis.short else axis.scale
            found[axis.shown] = said[advice.device.demands.get(axis.id, 0)]
    return found


def first_reason(advice: Advice, told: Sequence[DeviceWhy]) -> DeviceWhy | None:
    """The one reason said in short: what bars when the device is to leave, what speaks for it otherwise."""
    leaves = advice.verdict in {"pas_maintenant", "non_ouvert"}
    wanted, order = ("against", BARS) if leaves else ("for", SPEAKS)
    chosen = [one for one in told if one.why.side == wanted and one.reason.kind in order]
    missing = [one for one in told if one.why.side == "unknown" and one.reason.decides]
    return min(chosen, key=lambda one: order[one.reason.kind], default=next(iter(missing), None))
