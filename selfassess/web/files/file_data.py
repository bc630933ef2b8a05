"""« Télécharger mes données »: all that is kept about a file and is its owner's to read, as JSON that a person reads.

Questions and answers are in the words of the questionnaire, beside what is stored; what is left out is in LEFT_OUT,
with its reason: every other column tied to a file is told. Written piece by piece: reports are some 350 kB each.

Apart: what is told of a file, whatever page offers it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import undefer

from selfassess.core.answers import path
from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import answer_alone, answer_text
from selfassess.core.answers.items import addresses, by_position, without_ids
from selfassess.core.definition.condition import Ref
from selfassess.core.review.acts import CONTRIBUTOR, READER, RESPONDENT
from selfassess.store import alerts, mails, page_drafts, retention, step_ticks
from selfassess.store.database import db
from selfassess.store.models import Event, Link, Mail, Revision, StoredReport, Submission
from selfassess.store.submissions import events, relatives
from selfassess.web.definitions import library
from selfassess.web.files.answer_names import item_named, question_named
from selfassess.web.files.opened_file import File
from selfassess.web.files.timeline import FileNames, sentence, shown, who
from selfassess.web.files.who_answered import services_of
from selfassess.web.french import french
from selfassess.web.settings import settings

ROLES = {RESPONDENT: "coordination", CONTRIBUTOR: "service", READER: "lecture seule"}
STATES = {
    "draft": "brouillon", "preview": "essai d'une édition", "submitted": "envoyé", "withdrawn": "retiré",
    "clarification": "envoyé, précisions demandées", "validated": "relu",
}  # fmt: skip  # a table of words
_NUMBER = "numéro interne, qui ne dit rien de vous"
_DERIVED = "tiré des réponses, pour les listes du réseau"
_DESK = "travail interne du réseau ; ce qu'il vous montre est dans « historique » et dans les rapports"
_HASH = "empreinte d'un lien : le lien lui-même n'est pas gardé"
_QUEUE = "marche du site (file d'attente, reprises)"
LEFT_OUT: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "submission.id",
            "submission.network_id",
            "submission.origin_id",
            "submission.twin_of",
            "revision.id",
            "mail.id",
            "alert.id",
        ),
        _NUMBER,
    ),
    **dict.fromkeys(("link.mail_id", "event.id", "event.facilitator_id", "mail.facilitator_id"), _NUMBER),
    **dict.fromkeys(("submission.search", "submission.place", "facet.kind", "facet.value"), _DERIVED),
    **dict.fromkeys(("summary.declared", "summary.reviewed"), _DERIVED),
    **dict.fromkeys(("submission.assigned_id", "submission.aside"), _DESK),
    **dict.fromkeys(("look.facilitator_id", "look.at", "look.seen"), _DESK),
    **dict.fromkeys(("submission.version", "submission.acts", "submission.declared"), _QUEUE),
    **dict.fromkeys(("mail.handover", "mail.data", "mail.attempts", "mail.next_at", "mail.claimed_at"), _QUEUE),
    **dict.fromkeys(("stored_report.error", "stored_report.template_version", "stored_report.attempts"), _QUEUE),
    **dict.fromkeys(("stored_report.claimed_at", "alert.known"), _QUEUE),
    "link.hash": _HASH,
    "stored_report.pdf": "le même rapport, dessiné : « Télécharger le PDF », sur la page du résultat",
}
TOLD = (
    "Tout ce que ce site garde de votre dossier et qui est à vous. Les instants sont en temps universel (UTC). "
    "Ce qui n'est pas ici est dans « laissé de côté », avec la raison."
)


def file_data(file: File, titles: Mapping[str, str], at: datetime) -> Iterator[bytes]:
    """The pieces of one JSON object, in UTF-8. `titles`: of messages, by kind."""
    told = {
        "à propos": french(TOLD),
        "site": settings().public_url,
        "fait le": at.isoformat(timespec="seconds"),
        "dossier": _file(file),
        "réponses": list(_answers(file)),
        "réponses à relire par evaluate": _for_evaluate(file, at),
        "coché sans enregistrer": [
            {"page": one.page, "par": ROLES[one.role], "champs": one.fields, "le": _at(one.kept_at)}
            for role in (RESPONDENT, CONTRIBUTOR)
            for one in page_drafts.of_role(file.submission, role)
        ],
        "étapes du plan cochées": {step: _at(on) for step, on in step_ticks.of_file(file.submission).items()},
        "envois": [_sending(file, one) for one in _revisions(file.submission)],
        "copies envoyées à d'autres réseaux": [] if file.copied else list(_copies(file)),
        "historique": list(_history(file)),
        "liens": [_link(file, one) for one in _links(file.submission)],
        "messages": [_message(one, titles) for one in mails.for_respondent(file.submission)],
        "prévenez-moi": [
            {"dispositif": _device(one.device), "à": one.recipient, "depuis": _at(one.created_at)}
            for one in alerts.of_file(file.submission)
        ],
        "laissé de côté": {name: french(why) for name, why in LEFT_OUT.items()},
    }
    yield json.dumps(told, ensure_ascii=False, indent=1)[:-2].encode("utf-8", "replace") + b',\n "rapports": ['
    between = b"\n"
    for one in _reports(file.submission):
        yield between + one
        between = b",\n"
    yield b"\n ]\n}\n"


def _at(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _file(file: File) -> dict[str, object]:
    one = file.submission
    return {
        "référence": one.reference,
        "état": french(STATES[one.state]),
        "questionnaire": one.questionnaire,
        "édition": one.edition,
        "territoire": one.name,
        "lecture": one.reading,
        "adresse électronique": one.email,
        "réseau": one.network.name if one.network else None,
        "commencé le": _at(one.created_at),
        "enregistré le": _at(one.saved_at),
        "envoyé le": _at(one.sent_at),
        "dernier mouvement le": _at(one.moved_at),
        "complet le": _at(one.completed_at),
        "secondes passées à le remplir": one.spent,
        "rapport demandé le": _at(one.reported_at),
        "gardé plus longtemps le": _at(one.kept_at),
        "effacement annoncé le": _at(one.warned_at),
        "s'effacera sans changement le": _at(retention.ends(one, settings().keeping)),
    }


def _answers(file: File) -> Iterator[dict[str, object]]:
    """One by one, in the order of the questions; then comments and answers left by questions that are no more."""
    one, questionnaire = file.submission, file.questionnaire
    view = View(
        questionnaire, one.answers, file.edition.typology.conditions, disputed=services_of(one, questionnaire).disputed
    )
    left = path.abandoned(view)
    kept = {*one.comments, *one.authors, *one.voices}
    for ref in addresses(questionnaire, one.answers):
        key = questionnaire.key(ref)
        kept.discard(key)
        if view.given(ref) is None and key not in {*one.comments, *one.voices}:
            continue
        question = questionnaire.every[ref.question]
        yield {
            "question": question.text,
            **({"action": item_named(questionnaire, one.answers, ref.item)} if ref.item else {}),
            "réponse": answer_text(view, ref),
            **({"ne compte pas": True} if ref in left else {}),
            **_beside(file, key, ref),
        }
    for key in sorted(kept):
        yield {
            "question": question_named(questionnaire, one.answers, key),
            "réponse": None,
            **_beside(file, key, Ref.of(key)),
        }


def _beside(file: File, key: str, ref: Ref) -> dict[str, object]:
    """The comment, who answered, and what each said where two services differ."""
    one, told = file.submission, dict[str, object]()
    if comment := one.comments.get(key):
        told["commentaire"] = comment
    if author := one.authors.get(key):
        told["répondu par"] = ROLES.get(author, author)
    if voices := one.voices.get(key):
        told["deux réponses"] = {ROLES.get(role, role): _said(file, ref, said) for role, said in voices.items()}
    return {**told, "clé": key}


def _said(file: File, ref: Ref, said: object) -> object:
    """What one role answered, in words where it can be; which one was chosen."""
    if not isinstance(said, Mapping):
        return said
    return {**said, "en mots": answer_alone(file.questionnaire, ref.question, said.get("value"))}


def _for_evaluate(file: File, at: datetime) -> dict[str, object]:
    """What `flask --app wsgi evaluate` reads: the same reading again, from this very file."""
    return {
        "edition": file.submission.edition,
        "day": at.date().isoformat(),
        "answers": without_ids(path.prune(file.questionnaire, file.answers)),
    }


def _revisions(submission: Submission) -> list[Revision]:
    mine = select(Revision).where(Revision.submission_id == submission.id).order_by(Revision.id)
    return list(db.session.scalars(mine))


def _sending(file: File, one: Revision) -> dict[str, object]:
    """The file as it was sent or corrected: what its network reads, frozen."""

    def beside(kept: Mapping[str, object]) -> dict[str, object]:
        return by_position(file.questionnaire, one.answers, kept)

    return {
        "acte": one.kind,
        "le": _at(one.at),
        "réponses": without_ids(one.answers),
        "commentaires": beside(one.comments),
        "répondu par": beside(one.authors),
        "deux réponses": beside(one.voices),
        "questions posées": one.asked,
        "numéro du rapport": one.fingerprint,
        "numéro pour les élus": one.elected_fingerprint,
    }


def _copies(file: File) -> Iterator[dict[str, object]]:
    """Each has the same answers, and its own data."""
    for one in relatives(file.submission.reference)[1:]:
        network = one.network.name if one.network else None
        yield {"référence": one.reference, "réseau": network, "état": STATES[one.state], "envoyé le": _at(one.sent_at)}


def _history(file: File) -> Iterator[dict[str, object]]:
    """Each act that its owner's page shows, in the sentence of that page."""
    words = FileNames(file.edition, file.answers)
    for one in shown(events(file.submission), file.role):
        yield {
            "le": _at(one.at),
            "qui": who(one),
            "quoi": sentence(one, words),
            "acte": one.kind,
            "par": one.role,
            "détail": _detail(file, one),
        }


def _detail(file: File, event: Event) -> dict[str, object]:
    """As stored, questions named."""
    told = dict(event.data)
    if "questions" in told:
        told["en mots"] = [question_named(file.questionnaire, file.answers, key) for key in told["questions"]]
    return told


def _links(submission: Submission) -> list[Link]:
    mine = select(Link).where(Link.submission_id == submission.id).order_by(Link.created_at, Link.hash)
    return list(db.session.scalars(mine))


def _link(file: File, one: Link) -> dict[str, object]:
    titles = {section.id: section.title for section in file.questionnaire.sections}
    return {
        "donne": ROLES.get(one.role, one.role),
        "pour": one.label,
        "parties": [titles.get(section, section) for section in (one.section or "").split()],
        "attendu le": one.due.isoformat() if one.due else None,
        "tout le rapport": one.whole,
        "donné le": _at(one.created_at),
        "désactivé le": _at(one.revoked_at),
    }


def _message(one: Mail, titles: Mapping[str, str]) -> dict[str, object]:
    return {
        "objet": french(titles.get(one.kind, one.kind)),
        "à": one.recipient,
        "état": one.state,
        "écrit le": _at(one.created_at),
        "parti le": _at(one.sent_at),
        "échec": one.error,
    }


def _device(device: str) -> str:
    return next((one.title for one in library().definitions.devices if one.id == device), device)


def _reports(submission: Submission) -> Iterator[bytes]:
    """Each kept report, as JSON, once: declared, for élus, or asked for as a PDF."""
    known: set[str] = set()
    whole = (undefer(Revision.report), undefer(Revision.elected_report))
    sent = select(Revision).where(Revision.submission_id == submission.id).options(*whole).order_by(Revision.id)
    for one in db.session.scalars(sent.execution_options(yield_per=1)):
        for number, report in ((one.fingerprint, one.report), (one.elected_fingerprint, one.elected_report)):
            if number and report and number not in known:
                known.add(number)
                yield _report({"numéro": number, "envoyé le": _at(one.at)}, report)
    drawn = select(StoredReport).where(StoredReport.submission_id == submission.id)
    for two in db.session.scalars(drawn.options(undefer(StoredReport.report)).execution_options(yield_per=1)):
        told = {
            "numéro": two.fingerprint,
            "demandé le": _at(two.created_at),
            "état du PDF": two.state,
            "fait pour le réseau": two.network,
            "contact de ce réseau": two.contact,
            "empreinte de son logo": two.logo,
            "pris le": _at(two.fetched_at),
        }
        yield _report(told, "null" if two.fingerprint in known else two.report)


def _report(told: Mapping[str, object], report: str) -> bytes:
    """`report` is JSON already; null: it is told above."""
    head = json.dumps(told, ensure_ascii=False)[:-1]
    return f'  {head}, "rapport": {report}}}'.encode("utf-8", "replace")
