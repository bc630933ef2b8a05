"""One file as it is exported: as it was last sent or corrected, never what its territory is writing meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from selfassess.core.answers.in_words import Cell, cell_of
from selfassess.core.answers.items import Answers, by_position, items_of, without_ids
from selfassess.core.answers.path import prune
from selfassess.core.answers.revision import Snapshot
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.edition import Edition
from selfassess.core.report.network_reading import flat
from selfassess.core.report.report import Report
from selfassess.core.report.reviewed_page import DECLARED, NETWORK, leading
from selfassess.core.report.shapes import read_report
from selfassess.core.report.slots import advised
from selfassess.core.review.acts import CONTRIBUTOR, RESPONDENT
from selfassess.store.exporting import FileToExport
from selfassess.store.models import Revision, Submission
from selfassess.web.definitions import library
from selfassess.web.french import PARIS
from selfassess.web.report.visibility import laid
from selfassess.web.review.submitted_file import SubmittedFile


def edition_named(name: str) -> Edition:
    """That edition, or the current one for words when this site has it no more."""
    definitions = library().definitions
    return definitions.editions.get(name, definitions.current)


@dataclass(frozen=True)
class ExportedFile:
    kept: FileToExport

    @property
    def submission(self) -> Submission:
        return self.kept.submission

    @property
    def revision(self) -> Revision:
        return self.kept.revision

    @cached_property
    def edition(self) -> Edition:
        return edition_named(self.submission.edition)

    @cached_property
    def sent(self) -> SubmittedFile:
        return SubmittedFile(self.submission, self.edition, self.kept.events, [self.revision])

    @property
    def now(self) -> Snapshot:
        return self.sent.now

    @cached_property
    def asked(self) -> frozenset[str]:
        return frozenset(self.revision.asked)

    @property
    def network(self) -> str:
        return self.submission.network.name if self.submission.network else ""

    @cached_property
    def territory(self) -> Mapping[str, str | int]:
        found: Mapping[str, str | int] = self.revision.answers.get(self.edition.questionnaire.territory.id) or {}
        return found

    @property
    def region(self) -> str:
        code = str(self.territory.get("code", ""))
        return library().directory.region(str(self.territory.get("departement", "")), code)

    @property
    def departement(self) -> str | None:
        """« 01 – Ain »: a bare code would become a number."""
        code = str(self.territory.get("departement", "")) or None
        name = library().directory.departements.get(code or "")
        return f"{code} – {name}" if name else code

    # ---- Answers, by question and rank of the item -------------------------------------------------------------

    @cached_property
    def items(self) -> Sequence[tuple[str, Answers]]:
        """The items in their order, each with its id."""
        return list(items_of(self.edition.questionnaire, self.revision.answers).items())

    def key(self, question: str, rank: int | None) -> str | None:
        """None when the file has no item of that rank."""
        if rank is not None and rank >= len(self.items):
            return None
        return self.edition.questionnaire.key(Ref(question, None if rank is None else self.items[rank][0]))

    def answer(self, question: str, rank: int | None) -> Cell:
        key = self.key(question, rank)
        if key is None or key not in self.asked or self.now.open(key):
            return None
        return cell_of(self.now.question(key), self.now.raw(key))

    def comment(self, question: str, rank: int | None) -> str | None:
        return self.revision.comments.get(self.key(question, rank) or "")

    @cached_property
    def shared(self) -> bool:
        """Did two services answer?"""
        return bool(self.revision.voices) or CONTRIBUTOR in self.revision.authors.values()

    def who(self, question: str, rank: int | None) -> str | None:
        """Who gave the answer that stands, when two services answered the file. Without author: the respondent."""
        key = self.key(question, rank)
        if not self.shared or key is None or self.answer(question, rank) is None:
            return None
        return self.sent.role_named(key, self.revision.authors.get(key, RESPONDENT))

    def voice(self, question: str, rank: int | None, role: str) -> Cell:
        """What that role answered, where two answered differently."""
        key = self.key(question, rank)
        said = (self.revision.voices.get(key) or {}).get(role) if key in self.asked else None
        return cell_of(self.now.question(str(key)), said["value"]) if said else None

    # ---- What was read of them ---------------------------------------------------------------------------------

    @cached_property
    def report(self) -> Report:
        """The report that was kept, the network's reading beside."""
        return laid(read_report(self.revision.report), self.sent.review, self.network)

    @cached_property
    def flat(self) -> dict[str, str]:
        return flat(self.report)

    @property
    def remarks(self) -> str:
        """The network's comments, before it has a reading of its own too."""
        remarks, now = self.sent.review.remarks, self.now
        told = [(now.question(one.key).short if now.ref(one.key) else "", one.text) for one in remarks]
        return self.flat["comments"] or "\n".join(f"{name} : {text}" if name else text for name, text in told)

    def as_json(self) -> dict[str, object]:
        """`edition`, `day` and `answers` are what `evaluate` reads again."""
        questionnaire, file, report = self.edition.questionnaire, self.submission, self.report
        return {
            "reference": file.reference,
            "network": self.network,
            "state": file.state,
            "edition": file.edition,
            "day": report.day,
            "started_at": instant(file.created_at),
            "sent_at": instant(file.sent_at),
            "moved_at": instant(file.moved_at),
            "assigned": file.assigned.label if file.assigned else None,
            "region": self.region,
            "answers": without_ids(prune(questionnaire, self.revision.answers)),
            "comments": self._by_rank(self.revision.comments),
            "authors": self._by_rank(self.revision.authors) if self.shared else {},
            "voices": self._by_rank(self.revision.voices),
            "declared": {
                "principal": [one.id for one in report.categories if one.principal],
                "categories": {one.id: one.verdict for one in report.categories},
                "confidence": report.page_one.headline.confidence,
                "ri_case": report.service.title,
                "devices": list(advised(report)),
                "page_one": [one.device for one in report.page_one.slots],
            },
            "reviewed": report.review.model_dump(mode="json", exclude={"page"}) if report.review else None,
            "leading": self._leading(),
            "declared_fingerprint": self.revision.fingerprint,
            "fingerprint": report.fingerprint,
        }

    def _leading(self) -> dict[str, object]:
        """Whose reading page one is made of, its devices and its decision."""
        shown = leading(self.report)
        return {
            "reading": DECLARED if shown is self.report else NETWORK,
            "page_one": [one.device for one in shown.page_one.slots],
            "decision": shown.page_one.decision,
        }

    def _by_rank(self, kept: Mapping[str, object]) -> dict[str, object]:
        """What is kept by key, as it goes beside `answers`."""
        return by_position(self.edition.questionnaire, self.revision.answers, kept)


def instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def in_paris(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(PARIS)
