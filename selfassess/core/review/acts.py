"""Who may do what with a file in which state, and what the acts on it add up to.

The table is data: `ACTS`. A file's state is a fold over its events, each named after its act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DRAFT, SUBMITTED, CLARIFICATION, VALIDATED, WITHDRAWN = STATES = (
    "draft",
    "submitted",
    "clarification",
    "validated",
    "withdrawn",
)
RESPONDENT, CONTRIBUTOR, FACILITATOR, READER = ROLES = ("respondent", "contributor", "facilitator", "reader")
SENT = (SUBMITTED, CLARIFICATION, VALIDATED)  # what a network sees
DECLARES = ("send", "resubmit", "correct")  # what keeps the file as it then is, with its report
PREVIEW = "preview"  # a trial of a draft edition: started so, never left, and nobody else's business


@dataclass(frozen=True)
class Act:
    """Open to `roles` in the states of `when`; leads to `to`, or leaves the state as it is (None).

    `quiet`: none of the network's business, or done again and again, so that it is no news there.
    """

    name: str
    roles: tuple[str, ...]
    when: tuple[str, ...]
    to: str | None = None
    quiet: bool = False


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("read", (RESPONDENT, CONTRIBUTOR), (*STATES, PREVIEW)),
        Act("read_sent", (FACILITATOR,), SENT),
        Act("read_report", (READER,), (DRAFT, *SENT)),
        # The respondent's side. In clarification, `edit` is for the questions named and those they open.
        Act("edit", (RESPONDENT, CONTRIBUTOR), (DRAFT, CLARIFICATION, PREVIEW)),
        Act("finish", (CONTRIBUTOR,), (DRAFT, CLARIFICATION), quiet=True),  # a service says that its part is done
        Act("choose", (RESPONDENT,), (DRAFT, CLARIFICATION), quiet=True),  # between two services' answers
        Act("share", (RESPONDENT,), (DRAFT, *SENT), quiet=True),  # a link for a colleague or a reader
        Act("unshare", (RESPONDENT,), STATES, quiet=True),
        Act("send", (RESPONDENT,), (DRAFT,), SUBMITTED),
        Act("resubmit", (RESPONDENT,), (CLARIFICATION,), SUBMITTED),
        Act("withdraw", (RESPONDENT,), (SUBMITTED, CLARIFICATION), WITHDRAWN),
        Act("restart", (RESPONDENT,), (WITHDRAWN,), DRAFT),
        Act("copy", (RESPONDENT,), (SUBMITTED, VALIDATED), quiet=True),  # a new file from these answers
        Act("send_too", (RESPONDENT,), (SUBMITTED, VALIDATED), quiet=True),  # a copy, frozen, to another network
        Act("agenda", (RESPONDENT,), (VALIDATED,), quiet=True),  # whose decision page one has
        Act("keep", (RESPONDENT,), (*STATES, PREVIEW), quiet=True),  # for as long again, when told that it goes
        Act("delete", (RESPONDENT,), (*STATES, PREVIEW)),
        # The network's side. Nothing is decided while a clarification is awaited.
        Act("comment", (FACILITATOR,), (SUBMITTED,)),
        Act("request", (FACILITATOR,), (SUBMITTED,), CLARIFICATION),
        Act("cancel", (FACILITATOR,), (CLARIFICATION,), SUBMITTED),
        Act("judge", (FACILITATOR,), (SUBMITTED,)),
        Act("correct", (FACILITATOR,), (SUBMITTED,)),
        Act("assign", (FACILITATOR,), SENT),
        Act("lend", (FACILITATOR,), SENT, quiet=True),  # a link to read the report
        Act("unlend", (FACILITATOR,), SENT, quiet=True),
        # Out of the lists, as unwanted, and back: how a network sorts what it gets, and nothing to its territory.
        Act("set_aside", (FACILITATOR,), SENT),
        Act("take_back", (FACILITATOR,), SENT),
        # A file whose territory changed its name or its code, put with the files it had before; and back.
        Act("join_place", (FACILITATOR,), SENT),
        Act("leave_place", (FACILITATOR,), SENT),
        Act("validate", (FACILITATOR,), (SUBMITTED,), VALIDATED),
        Act("reopen", (FACILITATOR,), (VALIDATED,), SUBMITTED),
    )
}


# What would change the answers of a copy sent to another network, or make it a file of its own.
FROZEN = frozenset({"restart", "copy", "send_too", "request", "correct"})


def may(act: str, role: str, state: str, *, copied: bool = False) -> bool:
    """Is that act open to that role in that state? An unknown act is open to nobody. `copied`: of a frozen copy."""
    found = ACTS.get(act)
    return found is not None and role in found.roles and state in found.when and not (copied and act in FROZEN)


def after(act: str, state: str) -> str:
    """The state an act leads to, from a state it is open in."""
    return ACTS[act].to or state


def fold(kinds: Iterable[str]) -> str:
    """The state that the events of a file add up to, oldest first; events that are no act change nothing."""
    state = DRAFT
    for kind in kinds:
        if kind in ACTS:
            state = after(kind, state)
        elif kind == PREVIEW:  # what a trial starts with
            state = PREVIEW
    return state


@dataclass(frozen=True)
class PastAct:
    """An event as it is read here. `at` is an ISO instant; `data` is what `Review` says of each kind."""

    id: int
    at: str
    role: str
    actor: str
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """A clarification asked: the keys of the questions it names, and its message; `id` of its event."""

    at: str
    actor: str
    questions: tuple[str, ...]
    message: str
    id: int = 0


@dataclass(frozen=True)
class Remark:
    """A facilitator's comment on one answer, by key; on the whole file when `key` is empty."""

    at: str
    actor: str
    key: str
    text: str


@dataclass(frozen=True)
class Judgement:
    """A facilitator's own reading. `categories`: {id: (retained, reason)} for those it says something of, None for one
    left undecided with a reason; `devices`: ids in the order advised, empty when the declared order stands, with
    `order_reason`; `advice` in words; `id` of its event.
    """

    at: str
    actor: str
    categories: Mapping[str, tuple[bool | None, str]]
    devices: tuple[str, ...]
    order_reason: str
    advice: str
    id: int = 0


@dataclass(frozen=True)
class Review:
    """What the events add up to. `request` is the one awaited; `last_request` stays once answered. `aside`: what set
    the file aside, until it is taken back; `agenda`: what the territory chose to decide since it was validated."""

    state: str = DRAFT
    request: Request | None = None
    last_request: Request | None = None
    remarks: tuple[Remark, ...] = ()
    judgement: Judgement | None = None
    validated: PastAct | None = None
    reopened: PastAct | None = None
    aside: PastAct | None = None
    agenda: str = ""


def review(entries: Sequence[PastAct]) -> Review:
    """Fold the events of a file, oldest first. A judgement stands until another; a first sending starts anew."""
    state, remarks = fold(one.kind for one in entries), list[Remark]()
    request = judgement = validated = reopened = aside = None
    agenda = ""
    for entry in since_sent(entries):
        if entry.kind == "comment":
            remarks.append(Remark(entry.at, entry.actor, entry.data.get("key", ""), entry.data["text"]))
        elif entry.kind == "request":
            request = Request(entry.at, entry.actor, tuple(entry.data["questions"]), entry.data["message"], entry.id)
        elif entry.kind == "judge":
            judgement = _judgement(entry)
        elif entry.kind == "validate":
            validated, agenda = entry, ""
        elif entry.kind == "reopen":
            validated, reopened = None, entry
        elif entry.kind == "agenda":
            agenda = entry.data["choice"]
        elif entry.kind in {"set_aside", "take_back"}:
            aside = entry if entry.kind == "set_aside" else None
    return Review(
        state=state,
        request=request if state == CLARIFICATION else None,
        last_request=request,
        remarks=tuple(remarks),
        judgement=judgement,
        validated=validated,
        reopened=reopened,
        aside=aside,
        agenda=agenda,
    )


def since_sent(entries: Sequence[PastAct]) -> Sequence[PastAct]:
    """From the last `send` on: what an earlier network wrote is none of the next one's business."""
    sent = [at for at, one in enumerate(entries) if one.kind == "send"]
    return entries[sent[-1] :] if sent else entries


def _judgement(one: PastAct) -> Judgement:
    data = one.data
    return Judgement(
        at=one.at,
        actor=one.actor,
        categories={name: (said["retained"], said["reason"]) for name, said in data.get("categories", {}).items()},
        devices=tuple(data.get("devices", ())),
        order_reason=data.get("order_reason", ""),
        advice=data.get("advice", ""),
        id=one.id,
    )
