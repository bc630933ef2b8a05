"""« Votre lecture »: the network's own reading of a file, beside the declared one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.sentence import Why
from selfassess.core.report.network_reading import DECLARED, otherwise
from selfassess.core.report.report import CategoryPart, Report
from selfassess.core.report.reviewed_page import rules_against
from selfassess.core.report.slots import advised
from selfassess.web.files.timeline import TimelineLine
from selfassess.web.french import french, several, today
from selfassess.web.review import blueprint
from selfassess.web.review.acts import LONGEST_MESSAGE, LONGEST_REASON, attempt, show, too_late
from selfassess.web.review.form_input import FormInput
from selfassess.web.review.submitted_file import SubmittedFile, opened

RETAINED, NOT_RETAINED, OPEN = "yes", "no", "open"
GIVEN: dict[str, bool | None] = {RETAINED: True, NOT_RETAINED: False, OPEN: None}
PLACES = 3  # devices a network may put first


class CategoryOpinion(TypedDict):
    """What the event of a reading keeps of a category; `retained` None: left undecided."""

    retained: bool | None
    reason: str


@dataclass(frozen=True)
class CategoryReading:
    """A category: as declared and why, in a line; as the network reads it, and why. None: left undecided."""

    id: str
    title: str
    verdict: str
    told: str
    retained: bool | None
    reason: str
    missing: bool = False  # nothing chosen in the form

    @property
    def declared(self) -> bool | None:
        return DECLARED[self.verdict]

    @property
    def changed(self) -> bool:
        return otherwise(self.verdict, self.retained)


@dataclass(frozen=True)
class OwnReading:
    """The network's reading as it stands. `stale`: the file was sent again since. `against`: the rules that its order
    goes against, by device."""

    at: datetime
    actor: str
    choices: list[CategoryReading]
    devices: list[str]
    order_reason: str
    advice: str
    stale: bool
    against: list[tuple[str, tuple[str, ...]]]

    @property
    def leads(self) -> bool:
        """Will it be shown before the declared one?"""
        return bool(self.devices) or any(one.changed for one in self.choices)


def own_reading(sent: SubmittedFile) -> OwnReading | None:
    """None when the network has said nothing: validating then confirms the declared reading."""
    found = sent.review.judgement
    if found is None:
        return None
    at, titles = datetime.fromisoformat(found.at), device_titles(sent.report)
    return OwnReading(
        at=at,
        actor=found.actor,
        choices=[_choice(one, *found.categories.get(one.id, (None, ""))) for one in sent.report.categories],
        devices=[titles.get(one, one) for one in found.devices],
        order_reason=found.order_reason,
        advice=found.advice,
        stale=any(one.kind in {"send", "resubmit"} and one.id > found.id for one in sent.events),
        against=rules_against(sent.report, [one for one in found.devices if one in titles], today().isoformat()),
    )


def device_titles(report: Report) -> dict[str, str]:
    return {one.id: one.short for one in report.devices}


def declared_line(part: CategoryPart) -> str:
    """« Retenue. 5 points pour un seuil de 4. « … » »: the declared verdict, and the answers it rests on most."""
    if part.low is None:
        rest = {"assigned": _answers(part.reasons[:1]), "ruled_out": ["Une autre catégorie est retenue."]}
        why = rest.get(part.verdict, [])
    elif part.gate is None:
        why = ["Aucune action décrite ne permet de la lire."]
    elif part.gate.side == "against":
        why = ["La porte est fermée.", *_answers([part.gate])]
    else:
        margin = str(part.low) if part.low == part.high else f"{part.low} à {part.high}"
        points = several(part.high or 0, "point").partition(NBSP)[2]
        why = [f"{margin} {points} pour un seuil de {part.threshold}."]
        why += _answers([one for one in part.reasons if one.side == "for"][:1])
    return french(" ".join([f"{part.verdict_text}.", *why]))


def _answers(whys: Sequence[Why]) -> list[str]:
    """The answers that reasons rest on, quoted: a reason speaks to the territory."""
    return [f"{one.short} : « {one.answer} »." for why in whys for one in why.quotes if one.answer]


def _choice(part: CategoryPart, retained: bool | None, reason: str) -> CategoryReading:
    return CategoryReading(part.id, part.title, part.verdict, declared_line(part), retained, reason)


@blueprint.get("/dossiers/<reference>/lecture")
def reading(reference: str) -> ResponseReturnValue:
    sent = opened(reference)
    if not sent.may("judge"):
        return too_late(sent, FormInput(MultiDict()), []), 409
    return _page(sent, FormInput(MultiDict()), None)


@blueprint.post("/dossiers/<reference>/lecture")
def judge(reference: str) -> ResponseReturnValue:
    sent, typed = opened(reference), FormInput(request.form)
    data: dict[str, object] = {"categories": _categories(sent.report, typed), **_order(sent.report, typed)}
    data["advice"] = typed.text("advice", "Conseil en quelques mots", LONGEST_MESSAGE)
    if typed.errors:
        return _page(sent, typed, None), 422
    return attempt(sent, typed, "judge", data, _page)


def _categories(report: Report, typed: FormInput) -> dict[str, CategoryOpinion]:
    """What is said of each category; of those left undecided, only why."""
    found: dict[str, CategoryOpinion] = {}
    for part in report.categories:
        given = typed.posted.get(f"retained-{part.id}", "")
        if given not in GIVEN or (given == OPEN and DECLARED[part.verdict] is not None):
            typed.wrong(f"retained-{part.id}", f"{part.title} : choisissez une des réponses proposées.")
        differs = otherwise(part.verdict, GIVEN.get(given))
        ask = f"{part.title} : écrivez pourquoi votre lecture n'est pas celle déclarée." if differs else ""
        reason = typed.text(f"reason-{part.id}", f"{part.title}, votre raison", LONGEST_REASON, ask)
        if given != OPEN or reason:
            found[part.id] = {"retained": GIVEN.get(given), "reason": reason}
    _together(report, found, typed)
    return found


def _together(report: Report, found: dict[str, CategoryOpinion], typed: FormInput) -> None:
    """At least one category, unless some are left undecided; what remains goes with none of the others."""
    kept = [part for part in report.categories if part.id in found and found[part.id]["retained"]]
    first, rest = report.categories[0], report.categories[-1]
    settled = [one for one in found.values() if one["retained"] is not None]
    if not kept and len(settled) == len(report.categories) and not typed.errors:
        typed.wrong(f"retained-{first.id}", "Retenez au moins une catégorie.")
    if rest in kept and len(kept) > 1:
        only = f"« {rest.title} » ne va avec aucune autre catégorie : ne retenez que lui, ou que les autres."
        typed.wrong(f"retained-{rest.id}", only)


def _order(report: Report, typed: FormInput) -> dict[str, object]:
    titles, declared = device_titles(report), list(advised(report))
    given = [one for one in typed.posted.getlist("device")[:PLACES] if one]
    if any(one not in titles for one in given):
        typed.wrong("device-1", "Choisissez des dispositifs de la liste.")
    if len(set(given)) < len(given):
        typed.wrong("device-1", "Le même dispositif est choisi deux fois : gardez-le une seule fois.")
    if declared and not given:
        typed.wrong("device-1", "Choisissez au moins un dispositif, ou gardez ceux de la lecture déclarée.")
    ask = "Écrivez pourquoi vous conseillez d'autres dispositifs, ou un autre ordre." if given != declared else ""
    reason = typed.text("order_reason", "Raison de cet ordre", LONGEST_REASON, ask if given else "")
    return {"devices": given if given != declared else [], "order_reason": reason if given != declared else ""}


def _page(sent: SubmittedFile, typed: FormInput, lines: list[TimelineLine] | None) -> str:
    return show("review/reading.html", sent, typed, lines, **form_of(sent, typed))


def form_of(sent: SubmittedFile, typed: FormInput) -> dict[str, object]:
    """What the form reads: as typed, else as the network last read, else as declared."""
    report, own = sent.report, own_reading(sent)
    titles = [(one.id, one.short, one.verdict_text) for one in report.devices]
    return {
        "own": own,
        "choices": _typed_choices(report, typed) if typed.posted else own.choices if own else _as_declared(report),
        "places": _places(typed.posted.getlist("device") if typed.posted else _advised(sent)),
        "devices": titles,
        "order_reason": _given(typed, "order_reason", own.order_reason if own else ""),
        "advice": _given(typed, "advice", own.advice if own else ""),
        "longest_reason": LONGEST_REASON,
        "longest": LONGEST_MESSAGE,
    }


def _given(typed: FormInput, name: str, before: str) -> str:
    return str(typed.posted.get(name, "")) if typed.posted else before


def _as_declared(report: Report) -> list[CategoryReading]:
    return [_choice(one, DECLARED[one.verdict], "") for one in report.categories]


def _typed_choices(report: Report, typed: FormInput) -> list[CategoryReading]:
    found = []
    for one in report.categories:
        given, reason = typed.posted.get(f"retained-{one.id}", ""), typed.posted.get(f"reason-{one.id}", "")
        found.append(replace(_choice(one, GIVEN.get(given), reason), missing=given not in GIVEN))
    return found


def _advised(sent: SubmittedFile) -> Sequence[str]:
    found = sent.review.judgement
    return found.devices if found and found.devices else advised(sent.report)


def _places(given: Sequence[str]) -> list[str]:
    return [*given, *[""] * PLACES][:PLACES]
