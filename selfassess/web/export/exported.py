"""One file as it is exported: as it was last sent or corrected, never what its territory is writing meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from selfassess.core.answers.items import by_position, without_ids
from selfassess.core.answers.path import prune
from selfassess.core.definition.edition import Edition
from selfassess.core.report.report import Report
from selfassess.core.report.reviewed_page import DECLARED, NETWORK, leading
from selfassess.core.report.shapes import read_report
from selfassess.core.report.slots import advised
from selfassess.core.review.acts import CONTRIBUTOR
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
    def shared(self) -> bool:
        """Did two services answer?"""
        return bool(self.revision.voices) or CONTRIBUTOR in self.revision.authors.values()

    # ---- What was read of them ---------------------------------------------------------------------------------

    @cached_property
    def report(self) -> Report:
        """The report that was kept, the network's reading beside."""
        return laid(read_report(self.revision.report), self.sent.review, self.network)

    def as_json(self) -> dict[str, object]:
        """`edition`, `day` and `answers` are what `evaluate` reads again."""
        questionnaire, file, report = self.edition.questionnaire, self.submission, self.report
        return {
            "reference": file.reference,
            "network": self.network,
            "state": file.state,
            "last_of_territory": not self.kept.superseded,
            "copy": file.twin_of is not None,
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
                "verdicts": {one.id: one.verdict for one in report.devices},
                "maturity": {one.id: {"low": one.low, "high": one.high, "top": one.top} for one in report.maturity},
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
