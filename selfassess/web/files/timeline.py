"""The timeline of a file: each act in plain words, for the respondent's side and the network's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from selfassess.core.answers.in_words import listed
from selfassess.core.answers.items import Answers
from selfassess.core.definition.edition import Edition
from selfassess.core.report.reviewed_page import DECLARED, NETWORK, NOTHING
from selfassess.core.review.acts import FACILITATOR, READER, RESPONDENT
from selfassess.store.journal import SAVED, Saves
from selfassess.store.models import Event
from selfassess.web.definitions import library
from selfassess.web.files.answer_names import item_named, question_named
from selfassess.web.files.opened_file import COORDINATION
from selfassess.web.french import day_of, french, several

SORTING = {"set_aside", "take_back", "join_place", "leave_place"}  # the network's own business
TELLS = {"request", "validate"}  # acts that show the respondent what the network wrote before
NAMED = 6  # questions listed one by one; beyond, a count says enough
RETAINED = {True: "retenue", False: "non retenue", None: "laissée non tranchée"}
AGENDA = {NETWORK: "celle du réseau", DECLARED: "celle que disent les réponses", NOTHING: "ne rien ouvrir"}
Details = list[tuple[str, str]]


@dataclass(frozen=True)
class TimelineLine:
    """`details`: (what it is, text as written by its author), for what does not fit in the sentence."""

    at: datetime
    who: str
    text: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FileNames:
    """How things are named in one file: `answers` are its stored ones."""

    edition: Edition
    answers: Answers

    def question(self, key: str) -> str:
        return question_named(self.edition.questionnaire, self.answers, key)

    def questions(self, keys: Sequence[str]) -> str:
        return french(" ; ".join(self.question(key) for key in keys))

    def item(self, item: str) -> str:
        return item_named(self.edition.questionnaire, self.answers, item)

    def sections(self, ids: str | None) -> str:
        """The sections of those ids, joined by a space: « la partie « Votre PAT » »."""
        wanted = (ids or "").split()
        titles = [f"« {one.title} »" for one in self.edition.questionnaire.sections if one.id in wanted]
        return f"{'la partie' if len(titles) == 1 else 'les parties'} {listed(titles)}"

    def category(self, category: str) -> str:
        typology = self.edition.typology
        titles = {one.id: one.words.title for one in typology.categories}
        return {**titles, typology.remainder.id: typology.remainder.words.title}.get(category, category)

    def devices(self, ids: Sequence[str]) -> str:
        titles = {one.id: one.title for one in library().definitions.devices}
        return french(" ; ".join(f"{at}. {titles.get(one, one)}" for at, one in enumerate(ids, 1)))


def lines(events: Sequence[Event], edition: Edition, audience: str, answers: Answers) -> list[TimelineLine]:
    """What happened, oldest first, as `audience` (a role of `core.review.acts`) may read it; `answers` as stored.

    The network reads from the last sending on, without what was given to readers or to other networks; the
    respondent's side reads the network's comments and reading once a clarification is asked or the file validated.
    """
    words = FileNames(edition, answers)
    found = []
    for run in _runs(list(shown(events, audience))):
        first = run[0]
        text, details = _said(run, words)
        if text:
            told = tuple((french(label), detail) for label, detail in details if detail)
            found.append(TimelineLine(run[-1].at, who(first), french(text), told))
    return found


def sentence(event: Event, words: FileNames) -> str:
    """What happened, in one sentence; its kind, where no page has any."""
    return french(_said([event], words)[0]) or event.kind


def who(event: Event) -> str:
    """How the author of an act is named."""
    return event.actor or {RESPONDENT: COORDINATION, FACILITATOR: "Animation du réseau"}.get(event.role, COORDINATION)


def shown(events: Sequence[Event], audience: str) -> Iterator[Event]:
    """Those that `audience` may read: see `lines`."""
    if audience == FACILITATOR:
        sent = [at for at, one in enumerate(events) if one.kind == "send"]
        given = {"share", "unshare"}
        for one in events[sent[-1] :] if sent else []:
            if one.kind != "send_too" and (one.kind not in given or one.data.get("role") != READER):
                yield one
        return
    told, kept = False, []
    for event in reversed(events):
        if event.kind in TELLS or event.kind == "send":
            told = event.kind in TELLS
        if event.kind not in SORTING and (told or event.kind not in {"comment", "judge"}):
            kept.append(event)
    yield from reversed(kept)


def _runs(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Answers saved by one person on one day make one line; every other act, its own."""
    run: list[Event] = []
    for event in events:
        if run and not _together(run[-1], event):
            yield run
            run = []
        run.append(event)
    if run:
        yield run


def _together(one: Event, other: Event) -> bool:
    same = (one.role, one.actor, day_of(one.at)) == (other.role, other.actor, day_of(other.at))
    return same and one.kind in SAVED and other.kind in SAVED


def _said(run: Sequence[Event], words: FileNames) -> tuple[str, Details]:
    if run[0].kind in SAVED:
        return _saved(run, words)
    say = SENTENCES.get(run[0].kind)
    return say(run[0], words) if say else ("", [])


def _saved(run: Sequence[Event], words: FileNames) -> tuple[str, Details]:
    told, noun = Saves.of(run), words.edition.questionnaire.item.noun
    keys = told.questions
    details: Details = [
        (f"{noun.capitalize()} {label}", french(" ; ").join(map(words.item, items)))
        for label, items in (("ajoutée", told.added), ("renommée", told.renamed))
    ]
    details.append((f"{noun.capitalize()} retirée", several(told.removed, noun) if told.removed else ""))
    if not keys:
        return "Réponses enregistrées", details
    if len(keys) <= NAMED:
        details.insert(0, ("Questions", words.questions(keys)))
    return f"Réponses enregistrées à {several(len(keys), 'question')}", details


def _request(act: Event, words: FileNames) -> tuple[str, Details]:
    keys = act.data["questions"]
    details = [("Message", act.data["message"]), ("Questions", words.questions(keys))]
    return f"Précisions demandées sur {several(len(keys), 'question')}", details


def _comment(act: Event, words: FileNames) -> tuple[str, Details]:
    about = f"la réponse « {words.question(act.data['key'])} »" if act.data.get("key") else "le dossier"
    return f"Commentaire sur {about}", [("Commentaire", act.data["text"])]


def _judge(act: Event, words: FileNames) -> tuple[str, Details]:
    details = [
        (words.category(name), ". ".join(filter(None, (RETAINED[said["retained"]].capitalize(), said["reason"]))))
        for name, said in act.data.get("categories", {}).items()
    ]
    details.append(("Dispositifs, dans l'ordre du réseau", words.devices(act.data.get("devices", ()))))
    details.append(("Raison de cet ordre", act.data.get("order_reason", "")))
    return "Lecture du réseau enregistrée", [*details, ("Conseil", act.data.get("advice", ""))]


def _correct(act: Event, words: FileNames) -> tuple[str, Details]:
    where = {"comment": "un commentaire", "label": f"le nom d'une {words.edition.questionnaire.item.noun}"}
    place = where.get(act.data.get("kind", ""), "le nom du territoire")
    return f"Faute corrigée dans {place}", [("Avant", act.data["before"]), ("Après", act.data["after"])]


def _confirm(act: Event, words: FileNames) -> tuple[str, Details]:
    return "Réponses relues, inchangées", [("Questions", words.questions(act.data["questions"]))]


def _share(act: Event, words: FileNames) -> tuple[str, Details]:
    details = [("Pour", act.data.get("label", ""))]
    if act.data.get("role") == READER:
        return "Lien de lecture créé", details
    return f"Lien créé pour remplir {words.sections(act.data.get('section'))}", details


def _finish(act: Event, words: FileNames) -> tuple[str, Details]:
    return f"A terminé {words.sections(act.data.get('section'))}", []


def _choose(act: Event, words: FileNames) -> tuple[str, Details]:
    return f"Réponse choisie entre celles de deux services : « {words.question(act.data.get('key', ''))} »", []


def _agenda(act: Event, words: FileNames) -> tuple[str, Details]:
    return "Décision mise à l'ordre du jour", [("Choix", AGENDA[act.data["choice"]])]


def _plain(text: str, label: str = "", name: str = "") -> Say:
    return lambda act, words: (text, [(label, act.data.get(name, ""))] if label else [])


Say = Callable[[Event, FileNames], tuple[str, Details]]
SENTENCES: Mapping[str, Say] = {
    "start": _plain("Dossier commencé"),
    "preview": _plain("Essai d'un brouillon d'édition commencé"),
    "left_aside": _plain("Réponses mises de côté : le brouillon d'édition a changé"),
    "choose": _choose,
    "confirm": _confirm,
    "share": _share,
    "finish": _finish,
    "lend": _plain("Lien de lecture donné par le réseau", "Pour", "label"),
    "unlend": _plain("Lien de lecture du réseau désactivé", "Pour", "label"),
    "unshare": _plain("Lien désactivé", "Pour", "label"),
    "send": _plain("Dossier envoyé au réseau", "Réseau", "network"),
    "resubmit": _plain("Précisions renvoyées au réseau", "Message", "reply"),
    "withdraw": _plain("Dossier retiré : le réseau ne le voit plus"),
    "restart": _plain("Dossier rouvert comme brouillon"),
    "agenda": _agenda,
    "keep": _plain("Dossier gardé plus longtemps"),
    "send_too": _plain("Copie envoyée à un autre réseau", "Réseau", "network"),
    "copy": _plain("Nouveau dossier commencé à partir de ces réponses"),
    "comment": _comment,
    "request": _request,
    "cancel": _plain("Demande de précisions annulée", "Raison", "reason"),
    "judge": _judge,
    "correct": _correct,
    "assign": lambda act, words: ("Suivi du dossier attribué", [("À", act.data.get("to") or "personne")]),
    "set_aside": _plain("Dossier mis de côté comme indésirable"),
    "take_back": _plain("Dossier remis dans la liste"),
    "join_place": _plain("Dossier rattaché à un territoire", "Territoire", "to"),
    "leave_place": _plain("Dossier détaché : il est de nouveau du territoire que disent ses réponses"),
    "validate": _plain("Relecture validée"),
    "reopen": _plain("Relecture rouverte", "Raison", "reason"),
}
