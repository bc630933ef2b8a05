"""Editions on disk: what is published stays so, corrected words pass, a draft is made whole or not at all."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from selfassess.content import editions, lock
from selfassess.content.catalogue import load
from selfassess.content.editions import RefusedError, new_edition, publish
from selfassess.content.reader import Document, FaultyError, Problem, read_document
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.structure import pieces
from tests.definitions import PARTS, QUESTIONS, SLUG, definitions

# A published edition, and a name that none of those on disk has.
FIRST = "2026-1"
NEXT = editions.following(definitions().editions)
FOLDER = f"{SLUG}/editions/{FIRST}"
Change = Callable[..., list[str]]
_READ: dict[str, Document] = {}


def edition() -> Edition:
    """The real one."""
    return definitions().editions[FIRST]


def document(name: str) -> Document:
    """A part of the real edition, read once."""
    if name not in _READ:
        _READ[name] = read_document(QUESTIONS / FOLDER / f"{name}.yaml", QUESTIONS)
    return _READ[name]


def departures(root: Path, changed: Edition, name: str = FIRST) -> list[str]:
    """What is told of an edition that was published as it really is, and is now `changed`."""
    lock.write_lock(root, {FIRST: lock.locked(edition())})
    kept, file = lock.read_lock(root)
    found = lock.departures(kept, file, {name: changed}, lambda _, part: document(part), NEXT)
    return [str(problem) for problem in sorted(set(found))]


def parsed(part: str, change: Callable[[Any], Any]) -> Edition:
    """The real edition, the data of one part changed."""
    held = {one.name: getattr(edition(), one.name) for one in fields(Edition)}
    held[part] = TypeAdapter(PARTS[part]).validate_python(change(_copy(document(part).data)))
    return Edition(**held)


def _copy(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _copy(one) for key, one in data.items()}
    return [_copy(one) for one in data] if isinstance(data, list) else data


def corrected(data: Any) -> Any:
    """Every sentence corrected at once: whatever holds a space is one."""
    if isinstance(data, dict):
        return {key: corrected(one) for key, one in data.items()}
    if isinstance(data, list):
        return [corrected(one) for one in data]
    return f"{data} (corrigé)" if isinstance(data, str) and " " in data else data


# ---- The lock -----------------------------------------------------------------------------------------------------


def test_the_edition_as_published_departs_from_nothing(tmp_path: Path) -> None:
    assert departures(tmp_path, edition()) == []


@pytest.mark.parametrize("part", PARTS)
def test_every_sentence_may_be_corrected_in_place(part: str, tmp_path: Path) -> None:
    changed = parsed(part, corrected)
    assert changed != edition()
    assert departures(tmp_path, changed) == []


def question(data: Any, name: str) -> dict[str, Any]:
    return next(_questions(data, name))


def _questions(data: Any, name: str) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        if data.get("id") == name and "kind" in data:
            yield data
        for one in data.values():
            yield from _questions(one, name)
    elif isinstance(data, list):
        for one in data:
            yield from _questions(one, name)


def without(data: Any, name: str, step: Callable[[dict[str, Any]], Any]) -> Any:
    step(question(data, name))
    return data


STILL = "n'est plus tel que publié : choix, condition, poids, seuil ou réglage."
STRUCTURAL: dict[str, tuple[str, Callable[[Any], Any], str, str]] = {
    "an option added": (
        "questionnaire",
        lambda data: without(data, "stage", lambda one: one["options"].append({"id": "s7", "text": "7"})),
        "- id: stage", f"« stage » {STILL}"),
    "an option renamed": (
        "questionnaire", lambda data: without(data, "border", lambda one: one["options"][0].update(id="next_to")),
        "- id: border", f"« border » {STILL}"),
    "a level": (
        "questionnaire", lambda data: without(data, "posts", lambda one: one["options"][0].update(level=1)),
        "- id: posts", f"« posts » {STILL}"),
    "a visibility": (
        "questionnaire", lambda data: without(data, "lag", lambda one: one.pop("asked_when")),
        "- id: lag", f"« lag » {STILL}"),
    "a question gone": (
        "questionnaire", lambda data: (data["sections"][0]["pages"].pop(), data)[1],
        "- id: territory", "« lag » a été retiré ou renommé après la publication (published.lock:"),
    "questions in another order": (
        "questionnaire", lambda data: (data["sections"][0]["pages"].reverse(), data)[1],
        "", "« lag » a changé de place après la publication."),
    "a weight": (
        "typology", lambda data: (data["categories"][0]["evidence"][0].update(weight=2), data)[1],
        "id: ex_less_rich,", f"« ex_less_rich » {STILL}"),
    "a rank": (
        "typology", lambda data: (data["categories"][0]["evidence"][0]["when"].update(place=2), data)[1],
        "id: ex_less_rich,", f"« ex_less_rich » {STILL}"),
    "a threshold": (
        "typology", lambda data: {**data, "threshold": 5}, "", f"Ce fichier, hors de ses éléments nommés, {STILL}"),
    "a named condition": (
        "typology", lambda data: (data["conditions"]["showcase_device"]["in"].pop(), data)[1],
        "showcase_device:", f"« showcase_device » {STILL}"),
    "a level of maturity": (
        "maturity", lambda data: (data["dimensions"][0]["levels"][0]["when"].update(at_least=2), data)[1],
        "- id: stage", f"« stage » {STILL}"),
    "a scale": (
        "means", lambda data: (data["axes"][0]["scale"].append("plus de 200 jours"), data)[1],
        "- id: time", f"« time » {STILL}"),
    "a contradiction added": (
        "contradictions",
        lambda data: (data["contradictions"].append({**data["contradictions"][0], "id": "one_more"}), data)[1],
        "", "« one_more » a été ajouté après la publication."),
}  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURAL)
def test_a_change_of_structure_is_told_where_it_is(name: str, tmp_path: Path) -> None:
    part, change, sign, sentence = STRUCTURAL[name]
    told, advice = departures(tmp_path, parsed(part, change))
    assert told.startswith(f"{FOLDER}/{part}.yaml:")
    assert sentence in told
    line = (QUESTIONS / FOLDER / f"{part}.yaml").read_text("utf-8").splitlines()[int(told.split(":")[1]) - 1]
    assert sign in line, told
    assert advice.startswith(f"published.lock:3:1: L'édition {FIRST} est publiée")
    assert f"questions new-edition {NEXT}" in advice


def test_an_edition_gone_or_back_to_a_draft(tmp_path: Path) -> None:
    (gone,) = departures(tmp_path, edition(), "2030-1")
    assert gone.startswith(f"published.lock:3:1: L'édition {FIRST} est publiée, mais son dossier n'est plus là.")
    draft = parsed("questionnaire", lambda data: {**data, "published": False})
    (back,) = departures(tmp_path, draft)
    assert re.match(rf"{FOLDER}/questionnaire.yaml:\d+:1: .* ne peut plus redevenir un brouillon", back)


BAD_LOCKS = {
    "<<<<<<< HEAD\n2026-1:\n": ":2:7: YAML mal formé",
    "2026-1:\n  questionnaire:\n    (fichier): abc\n": ":3:5: « abc » n'est pas une empreinte",
    "2026-1:\n  questionnaire: oui\n": ":2:3: Un bloc de clés est attendu",
    "": ":1:1: Le fichier est vide.",
    "2026-1: {a: {b: c\n": "YAML mal formé",
}


@pytest.mark.parametrize("text", BAD_LOCKS)
def test_a_spoilt_lock_is_told_with_its_line(text: str, tmp_path: Path) -> None:
    (tmp_path / lock.NAME).write_text(text, "utf-8")
    with pytest.raises(FaultyError) as caught:
        lock.read_lock(tmp_path)
    for problem in caught.value.problems:
        assert str(problem).startswith("published.lock:")
        assert BAD_LOCKS[text] in str(problem)
        assert str(problem).endswith("reprenez sa dernière version.")


def test_the_real_edition_is_locked_as_it_is() -> None:
    assert definitions().unlocked == ()


# ---- A new edition ------------------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copied = tmp_path / "questions"
    shutil.copytree(QUESTIONS / FOLDER, copied / FOLDER)
    shutil.copy(QUESTIONS / "JOURNAL.md", copied)
    return copied


def made(root: Path, name: str, source: str = FIRST) -> Path:
    return new_edition(root / SLUG / "editions", definitions().editions, name, source)


def test_a_draft_is_the_same_but_for_its_name(root: Path) -> None:
    (root / FOLDER / "cases" / ".notes.swp").write_text("", "utf-8")
    new = made(root, NEXT)
    files = {path.relative_to(new) for path in new.rglob("*") if path.is_file()}
    assert files == {path.relative_to(root / FOLDER) for path in (root / FOLDER).rglob("*.yaml")}
    for name in files:
        before = (root / FOLDER / name).read_text("utf-8").splitlines()
        after = (new / name).read_text("utf-8").splitlines()
        assert len(before) == len(after)
        changed = [two for one, two in zip(before, after, strict=True) if one != two]
        if str(name) == "questionnaire.yaml":
            assert [line for line in changed if not line.startswith("#")] == [f"edition: {NEXT}", "published: false"]
        else:
            assert changed == []


def test_line_endings_quotes_and_comments_are_kept(root: Path) -> None:
    path = root / FOLDER / "questionnaire.yaml"
    text = path.read_text("utf-8").replace(f"edition: {FIRST}", f"edition: '{FIRST}'  # le nom du dossier")
    path.write_bytes(text.replace("\n", "\r\n").encode())
    raw = (made(root, "2027-1") / "questionnaire.yaml").read_bytes()
    assert b"edition: 2027-1  # le nom du dossier\r\npublished: false\r\n" in raw


REFUSED = {
    FIRST: f"existe déjà. Prenez par exemple {NEXT}.",
    "2025-9": f"2025-9 viendrait avant l'édition {list(definitions().editions)[-1]}. Prenez par exemple {NEXT}.",
    "printemps": "« printemps » n'est pas un nom d'édition",
    "2027-01": "« 2027-01 » n'est pas un nom d'édition",
    "../2027-1": "« ../2027-1 » n'est pas un nom d'édition",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_will_not_do(name: str, root: Path) -> None:
    with pytest.raises(RefusedError, match=re.escape(REFUSED[name])):
        made(root, name)
    assert [path.name for path in (root / SLUG / "editions").iterdir()] == [FIRST]


def test_an_edition_to_copy_that_is_not_there(root: Path) -> None:
    with pytest.raises(
        RefusedError,
        match=f"L'édition « 2020-1 » n'existe pas. Éditions connues : {', '.join(definitions().editions)}\\.",
    ):
        made(root, "2027-1", "2020-1")


def test_names_are_in_the_order_of_their_numbers() -> None:
    assert sorted(["2027-1", "2026-10", "2026-9"], key=editions.order) == ["2026-9", "2026-10", "2027-1"]
    assert editions.following(["2026-9", "2026-10"]) == "2026-11"


def test_a_full_disk_leaves_nothing_half_made(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy, copied = shutil.copyfile, []

    def fill(source: Path, target: Path) -> None:
        if len(copied) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        copied.append(copy(source, target))

    monkeypatch.setattr(editions.shutil, "copyfile", fill)
    with pytest.raises(RefusedError, match=f"{NEXT} n'a pas été créée : le disque est plein. Rien n'a été changé."):
        made(root, NEXT)
    assert [path.name for path in (root / SLUG / "editions").iterdir()] == [FIRST]


def test_a_folder_one_may_not_write_in(root: Path) -> None:
    (root / SLUG / "editions").rename(root / SLUG / "elsewhere")
    (root / SLUG / "editions").write_text("", "utf-8")  # whoever runs the tests may write anywhere: a file bars too
    with pytest.raises(RefusedError, match=f"{NEXT} n'a pas été créée"):
        made(root, NEXT)


# ---- Publishing ---------------------------------------------------------------------------------------------------


def with_draft(root: Path) -> Definitions:
    """All the real editions, and one that follows the last, which knows what shared files name."""
    shutil.copytree(QUESTIONS / SLUG, root / SLUG, dirs_exist_ok=True)
    made(root, NEXT, list(definitions().editions)[-1])
    return load(root, SLUG)


@pytest.mark.usefixtures("read_once")
def test_publishing_freezes_and_makes_current(root: Path) -> None:
    known = with_draft(root)
    published = tuple(one.id for one in definitions().editions.values() if one.questionnaire.published)
    assert known.current.id == published[-1]
    assert known.unlocked == published
    with pytest.raises(RefusedError, match=f"JOURNAL.md ne dit rien de l'édition {NEXT}"):
        publish(root, known, NEXT)
    with (root / "JOURNAL.md").open("a", encoding="utf-8") as journal:
        journal.write(f"\n## {NEXT} (essai)\n\nRien ne change.\n")
    for name in (*published, NEXT):
        assert publish(root, known, name)
    assert not publish(root, known, NEXT)
    now = load(root, SLUG)
    assert (now.current.id, now.unlocked) == (NEXT, ())
    kept, _ = lock.read_lock(root)
    assert list(kept) == [*published, NEXT]
    lock.write_lock(root, {**kept, FIRST: {"typology": kept[FIRST]["typology"]}})  # parts the program did not know
    now = load(root, SLUG)
    assert now.unlocked == (FIRST,)
    assert publish(root, now, FIRST)
    assert lock.read_lock(root)[0] == kept
    shutil.rmtree(root / FOLDER)
    with pytest.raises(FaultyError, match="son dossier n'est plus là"):
        load(root, SLUG)


def test_a_lock_that_cannot_be_written_publishes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = (root / FOLDER / "questionnaire.yaml").read_bytes()
    monkeypatch.setattr(editions, "write_lock", full)
    with pytest.raises(RefusedError, match=r"n'a pas été publiée : le disque est plein. Rien n'a été changé."):
        publish(root, definitions(), FIRST)
    assert (root / FOLDER / "questionnaire.yaml").read_bytes() == before
    assert not (root / lock.NAME).exists()


def test_pieces_are_named_once_and_hold_everything() -> None:
    for one in fields(Edition):
        keys = [piece.key for piece in pieces(getattr(edition(), one.name))]
        assert keys[0] == ()
        assert len(keys) == len(set(keys))


@pytest.mark.usefixtures("read_once")
def test_a_folder_that_is_no_edition_is_told(root: Path) -> None:
    with_draft(root)
    (root / SLUG / "editions" / "essai").mkdir()
    (root / SLUG / "editions" / ".2027-1.abc").mkdir()  # left by a machine that stopped
    with pytest.raises(FaultyError) as caught:
        load(root, SLUG)
    message = "Le nom d'une édition est une année, un tiret, un numéro, comme 2027-1. Renommez ce dossier."
    assert caught.value.problems == [Problem(f"{SLUG}/editions/essai", 1, 1, message)]
