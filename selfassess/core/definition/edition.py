"""An edition, and all the definitions of a questionnaire as read from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from selfassess.core.definition.contacts import Contacts
from selfassess.core.definition.decision_rules import DecisionRules
from selfassess.core.definition.device import Device, Source
from selfassess.core.definition.document_texts import DocumentTexts
from selfassess.core.definition.doors import Doors
from selfassess.core.definition.examples import PlacedExample
from selfassess.core.definition.means import Means
from selfassess.core.definition.network_rules import NetworkRules
from selfassess.core.definition.partner_texts import PartnerLanguage, PartnerPageTexts
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.definition.report_texts import ReportTexts
from selfassess.core.definition.strict import Strict
from selfassess.core.definition.structure import digest
from selfassess.core.definition.typology import Contradictions, Maturity, Study, Typology

ENGINE = "4"  # changes when the same definitions and answers may give another report


@dataclass(frozen=True)
class Edition:
    """One frozen set of questions and rules."""

    questionnaire: Questionnaire
    typology: Typology
    maturity: Maturity
    means: Means
    contradictions: Contradictions

    @property
    def id(self) -> str:
        return self.questionnaire.edition

    @property
    def parts(self) -> dict[str, Strict]:
        """What each of its files says, by the name of the file."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class Definitions:
    """All that is on disk for one questionnaire. `editions` are in order, the last published is current.
    `files`: a digest of what each says, by path; of `abroad`, `documents`, `network`, which no report rests on, none.
    `unlocked`: published, and their structure is not kept yet."""

    slug: str
    editions: Mapping[str, Edition]
    devices: tuple[Device, ...]
    doors: Doors
    rules: DecisionRules
    study: Mapping[str, Study]
    study_source: Source
    sources: Mapping[str, Source]
    contacts: Contacts
    texts: ReportTexts
    abroad: Mapping[PartnerLanguage, PartnerPageTexts]
    documents: DocumentTexts
    examples: tuple[PlacedExample, ...]
    network: NetworkRules
    files: Mapping[str, str]
    unlocked: tuple[str, ...] = ()

    def files_of(self, edition: str) -> dict[str, str]:
        """The digests of the files that a reading made on this edition rests on, by path."""
        other = [f"{self.slug}/editions/{name}/" for name in self.editions if name != edition]
        return {name: given for name, given in self.files.items() if not name.startswith(tuple(other))}

    def first_contact(self, device: Device) -> str:
        """The name of the first contact of a device, as a sentence says it anywhere."""
        contact = device.contacts[0]
        return contact.name or self.contacts.general_name(contact.body or "")

    @property
    def current(self) -> Edition:
        return [one for one in self.editions.values() if one.questionnaire.published][-1]


def meaning_digest(*parts: Strict) -> str:
    """Digest of definitions, wording included."""
    return digest([part.model_dump(mode="json", by_alias=True) for part in parts])
