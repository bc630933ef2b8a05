"""The drafts, by structure and by what is put to the vote: what is voted on, by whom, and what an act never says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from selfassess.core.definition.document_texts import BLANK, TRAITS, VOTES, Chosen
from selfassess.core.documents.documents import network_drafts, with_documents
from selfassess.core.report.blocks import DocumentBlock, Drafts, Listing, Paragraph, plain
from selfassess.core.report.report import Report
from tests.authoring.explore.test_random_files import KINDS
from tests.core.report import files
from tests.core.report.reviewed import reviewed
from tests.definitions import definitions, edition

DAY = "23 novembre 2026"
STRUCTURES = [one.id for one in edition().questionnaire.territory.types]
DEVICES = [one.id for one in definitions().devices]
NO_ACT = {"public_body", "other"}
MOST_BLANKS = 12  # in the articles of an act
SHORTEST_HINT = 4
EACH = 3  # files made at random; `test_whole_files` has thousands
IN_BRACKETS = re.compile(r"\[à compléter\s: (?P<hint>[^\[\]]+)\]")
# What neither a recital nor a visa says: what the tool found, its estimates, any amount.
NEVER = re.compile(r"€|\d %|estimation|empreinte|lecture|autodiagnostic|Boussole|outil|points|édition", re.IGNORECASE)
IMPOSSIBLE = re.compile(
    r"\b(?:de|à) les?\b(?! plus)|\b(?:que|si) il\b|\bque (?:elle|un|une|on)\b|\b(?:le|la|les) (?:le|la|les|du|des)\b"
    r"|\bauprès (?!de|du|d[’'])|\b(?!nous\b|vous\b)(\w{2,}) \1\b",
    re.IGNORECASE,
)


def lines(part: tuple[DocumentBlock, ...]) -> Iterator[tuple[str, str]]:
    """Kind and text of all that is said, tables aside."""
    for block in part:
        if isinstance(block, Paragraph):
            yield block.kind, plain(block.spans)
        elif isinstance(block, Listing):
            yield from (("item", plain(one)) for one in block.items)


def faults(drafts: Drafts) -> Iterator[str]:
    """What no document may say, of any file."""
    _, note, *acts = drafts.parts
    for part in (note, *acts):
        yield from (f"« {found[0]} » in: {text}" for _, text in lines(part) if (found := IMPOSSIBLE.search(text)))
    spans = [span for part in (note, *acts) for block in part if isinstance(block, Paragraph) for span in block.spans]
    for span in spans:
        found = IN_BRACKETS.fullmatch(span.text) if span.kind == "blank" else None
        if span.kind == "blank" and (found is None or len(found["hint"]) < SHORTEST_HINT):
            yield f"a blank without a hint: {span.text}"
        if span.kind != "blank" and BLANK.search(span.text):
            yield f"a blank that is not marked: {span.text}"
    for text in (re.sub("«[^»]*»", "", text) for kind, text in lines(note) if kind.startswith("brief")):
        if re.search(r"\b(?:votre|vos)\b", text) and not re.search(r"\bvous\b", text):
            yield f"the note speaks to itself: {text}"
    if acts:
        yield from _faults_of_act(list(lines(acts[0])))


def _faults_of_act(told: list[tuple[str, str]]) -> Iterator[str]:
    for text in (text for _, text in told if text.startswith(("Vu ", "Considérant "))):
        if found := NEVER.search(text):
            yield f"« {found[0]} » in a recital: {text}"
    articles = [text for kind, text in told if kind == "article"]
    if sum(len(BLANK.findall(one)) for one in articles) > MOST_BLANKS:
        yield f"{articles}: too many blanks"
    yield from (f"an agent named: {one}" for one in articles if re.search(r"Désigner.*agent|jours d.agent", one))
    yield from (
        f"the session among articles: {one}" for one in articles if re.search("quorum|convocation", one.lower())
    )


@cache
def base(structure: str) -> Report:
    place = {**files.FILES["early"]["territory"], "type": structure, "name": "Pays fictif des Trois Vals"}
    return files.report_of({**files.FILES["early"], "territory": place})


def about(structure: str, device: str | None, action: str | None = None) -> Report:
    """A file whose agenda is about that device; `action`: already under way, called so."""
    report = base(structure)
    decision, devices = definitions().texts.page_one.decision_nothing, report.devices
    if device is not None:
        part = report.device(device)
        if action is not None:
            alive = definitions().texts.page_one.decision_alive.format(action=action)
            part = part.model_copy(update={"action": action, "decision": alive})
        decision, devices = part.decision, tuple(part if one.id == device else one for one in devices)
    page = report.page_one.model_copy(update={"decision": decision, "decision_of": device})
    return report.model_copy(update={"page_one": page, "devices": devices})


def drafted(structure: str, device: str | None, action: str | None = None) -> Drafts:
    report = about(structure, device, action)
    made = with_documents(definitions(), report, report, DAY).documents
    assert made is not None
    return made.declared


def act(drafts: Drafts) -> list[str]:
    return [text for _, text in lines(drafts.parts[2])]


def articles(drafts: Drafts) -> list[str]:
    return [text for kind, text in lines(drafts.parts[2]) if kind == "article"]


def first(**wanted: Any) -> str:
    """A device whose decision is so."""
    every = definitions().documents.decisions.items()
    return next(name for name, one in every if all(getattr(one, key) == value for key, value in wanted.items()))


VOTED = {
    "membership": (first(vote="membership", fee=True), {"Adhérer", "cotisation", "représenter"}),
    "travel": (first(vote="project", travel=True, funder=None), {"bilan"}),
    "subsidy": (
        next(name for name, one in definitions().documents.decisions.items() if one.funder and one.vote == "project"),
        {"Solliciter auprès d", "d’un coût total de"},
    ),
    "convention": (first(vote="convention"), {"convention"}),
}


@pytest.mark.parametrize("voted", VOTED)
@pytest.mark.parametrize("structure", STRUCTURES)
def test_what_is_voted_on_by_structure(structure: str, voted: str) -> None:
    device, words = VOTED[voted]
    drafts = drafted(structure, device)
    assert list(faults(drafts)) == []
    note = "\n".join(text for _, text in lines(drafts.parts[1]))
    if structure in NO_ACT:
        assert len(drafts.parts) == len(("page one", "note"))
        assert "Aucun projet d’acte n’est joint" in note
        return
    told, voted_on = "\n".join(act(drafts)), "\n".join(articles(drafts))
    assert all(word in voted_on for word in words)
    travels = definitions().documents.decisions[device].travel
    if structure == "association":
        assert act(drafts)[0] == "Projet de décision du conseil d’administration"
        assert not re.search(
            r"1115|mandat spécial|délibér|Transmission", "\n".join(t for p in drafts.parts[2:] for _, t in lines(p))
        )
        assert ("ordre de mission" in voted_on) == travels
        return
    assert act(drafts)[0] == "Projet de délibération"
    assert ("mandat spécial" in voted_on) == travels
    visas = [one for one in act(drafts) if one.startswith("Vu ")]
    named = [one for one in visas if "L.\u00a01115-1" in one]
    assert len(named) == 1
    assert bool(BLANK.search(named[0])) == (structure in {"petr", "pnr", "mixed_body"})
    assert any("L.\u00a02121-29" in one for one in visas) == (structure == "commune")
    if travels:
        article = {"departement": "R.\u00a03123-20", "region": "R.\u00a04135-20"}.get(structure, "L.\u00a02123-18")
        assert any(article in one for one in visas) or structure in {"petr", "pnr", "mixed_body"}
    assert "L.\u00a0111-2-2" in told
    session = "\n".join(text for _, text in lines(drafts.parts[3]))
    assert all(word in session for word in ("Quorum", "Secrétaire", "Publication", "Voies de recours", "Convocation"))
    assert ("L.\u00a02121-23" in session) == (structure == "commune")


@pytest.mark.parametrize("structure", STRUCTURES)
def test_nothing_to_vote_on_gives_a_note_only(structure: str) -> None:
    for device in (None, first(vote="announce")):
        drafts = drafted(structure, device)
        assert list(faults(drafts)) == []
        assert len(drafts.parts) == len(("page one", "note"))
        note = "\n".join(text for _, text in lines(drafts.parts[1]))
        assert "Aucun vote\u00a0: à annoncer en point d’information." in note


@pytest.mark.parametrize("device", DEVICES)
def test_every_device_makes_sound_documents(device: str) -> None:
    """To begin and under way; five questions are answered in each note."""
    for structure in {"commune", "association", STRUCTURES[DEVICES.index(device) % len(STRUCTURES)]}:
        for action in (None, "Visites d’étude avec Gand"):
            drafts = drafted(structure, device, action)
            assert list(faults(drafts)) == []
            asked = [text for _, text in lines(drafts.parts[1]) if re.match(r"[^.]{,30}\u00a0\? \S", text)]
            assert len(asked) == len(("role", "money", "travel", "here", "stop")), asked
            if action and len(drafts.parts) > len(("page one", "note")):
                assert action in articles(drafts)[0]


ANY = [*sorted(files.FILES), *(f"{kind}_{at}" for kind in KINDS for at in range(EACH))]


@pytest.mark.parametrize("name", ANY)
def test_documents_of_any_file_are_sound(name: str) -> None:
    report = files.report(name)
    made = with_documents(definitions(), report, report, DAY).documents
    assert made is not None
    told = [made.declared, made.reviewed]
    if name in files.FILES:
        network = reviewed(name)
        told.append(network_drafts(definitions(), network, network, DAY, reworded=False))
    assert [fault for one in told for fault in faults(one)] == []


def test_a_network_that_only_has_a_device_prepared_gives_a_note_only() -> None:
    """It is about a device, and it decides nothing of it."""
    report = about("commune", first(vote="project"))
    assert report.page_one.decision_of is not None
    page = report.page_one.model_copy(update={"decision": "Confier la préparation à l’équipe."})
    prepared = report.model_copy(update={"page_one": page})
    made = [with_documents(definitions(), one, one, DAY).documents for one in (report, prepared)]
    assert [len(one.declared.parts) if one else 0 for one in made] == [4, 2]


def test_an_answer_not_asked_for_is_a_blank() -> None:
    """A PAT that is but intended has no axis."""
    report = about("commune", first(vote="project"))
    groups = [
        group.model_copy(
            update={"rows": tuple(row for row in group.rows if row.key not in definitions().documents.missing)}
        )
        for group in report.answers
    ]
    told = report.model_copy(update={"answers": tuple(groups)})
    made = with_documents(definitions(), told, told, DAY).documents
    assert made is not None
    asked = "axe du PAT à nourrir]"
    assert [any(asked in text for _, text in lines(part)) for part in made.declared.parts[1:3]] == [True, True]
    assert list(faults(made.declared)) == []


def test_a_device_of_the_past_gives_a_note_only() -> None:
    """A review of long ago, kept without its documents, is worded with the texts of the day."""
    report = about("commune", first(vote="project"))
    past = [one.model_copy(update={"id": "past"}) for one in report.devices if one.id == report.page_one.decision_of]
    page = report.page_one.model_copy(update={"decision_of": "past"})
    told = report.model_copy(update={"devices": tuple(past), "page_one": page})
    drafts = network_drafts(definitions(), told, told, DAY, reworded=True)
    assert list(faults(drafts)) == []
    assert len(drafts.parts) == len(("page one", "note"))


def test_a_piece_is_for_one_tag_of_each_dimension_it_names() -> None:
    tags = frozenset(("open", "project", "travel", "draft", "read"))
    assert Chosen().said_to(tags, "epci")
    assert Chosen(only=("project", "membership", "travel")).said_to(tags, "epci")
    assert not Chosen(only=("project", "alive")).said_to(tags, "epci")
    assert not Chosen(only=("subsidy",)).said_to(tags, "epci")
    assert not Chosen(types=("commune",)).said_to(tags, "epci")
    assert {one for group in (VOTES, *TRAITS) for one in group} >= {
        tag for one in definitions().documents.decisions.values() for tag in one.tags
    }
