"""JSON Schema of each kind of definition file, written from the models that read it, for authors' editors.

An editor finds it by the first line of the file, `# yaml-language-server: $schema=…`. It knows keys, values and what
must be there; what a rule of the engine or another file asks is for `questions check`.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DictSchema, ModelSchema

from selfassess.authoring.explore.invariants import Invariants
from selfassess.authoring.explore.plausible import Plausible
from selfassess.content.cases import Case
from selfassess.content.catalogue import Examples, Publications, StudyFile
from selfassess.content.demonstration import Demonstration
from selfassess.content.writing import write_whole
from selfassess.core.definition.contacts import Contacts
from selfassess.core.definition.decision_rules import DecisionRules
from selfassess.core.definition.device import Device
from selfassess.core.definition.document_texts import DocumentTexts
from selfassess.core.definition.doors import CallsFile, ProgrammesFile
from selfassess.core.definition.means import Means
from selfassess.core.definition.network_rules import NetworkRules
from selfassess.core.definition.partner_texts import PartnerPageTexts
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.definition.report_texts import ReportTexts
from selfassess.core.definition.typology import Contradictions, Maturity, Typology

FOLDER = "schema"
# The name of a schema → the files it is of, under the folder of the questionnaire; what they hold; who reads them.
DEFINITION_FILES: dict[str, tuple[str, str, type]] = {
    "questionnaire": ("editions/*/questionnaire.yaml", "Les questions d’une édition", Questionnaire),
    "typology": ("editions/*/typology.yaml", "Les portes et les indices des catégories", Typology),
    "maturity": ("editions/*/maturity.yaml", "Les dimensions de maturité", Maturity),
    "means": ("editions/*/means.yaml", "Les moyens et le classement des dispositifs", Means),
    "contradictions": ("editions/*/contradictions.yaml", "Les contradictions", Contradictions),
    "invariants": ("**/invariants.yaml", "Ce qui doit rester vrai de toute lecture", Invariants),
    "cases": ("editions/*/cases/*.yaml", "Des cas d’essai", list[Case]),
    "device": ("devices/*.yaml", "Un dispositif", Device),
    "examples": ("examples.yaml", "Des territoires qui l’ont fait", Examples),
    "decision": ("decision.yaml", "Ce que la page une peut dire", DecisionRules),
    "report": ("report.yaml", "Les mots du rapport et de la Méthode", ReportTexts),
    "abroad": ("abroad*.yaml", "La page pour un partenaire", PartnerPageTexts),
    "documents": ("documents.yaml", "Les documents à modifier", DocumentTexts),
    "study": ("study.yaml", "Ce que dit l’étude de 2019", StudyFile),
    "sources": ("sources.yaml", "Les publications citées", Publications),
    "contacts": ("contacts.yaml", "Les organismes à appeler", Contacts),
    "plausible": ("plausible.yaml", "La fréquence des réponses", Plausible),
    "calls": ("calls.yaml", "Les appels à projets", CallsFile),
    "programmes": ("programmes.yaml", "Les programmes Interreg et leurs départements", ProgrammesFile),
    "network": ("network.yaml", "Ce qu’un réseau voit de ses dossiers ensemble", NetworkRules),
    "demo": ("demo.yaml", "La démonstration", Demonstration),
}


class _ForAuthors(GenerateJsonSchema):
    """Without the names and the notes of our classes: they are for programmers, in English."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    def dict_schema(self, schema: DictSchema) -> JsonSchemaValue:
        """A key that is no identifier is a fault, not one more key."""
        found = super().dict_schema(schema)
        return {**found, "additionalProperties": False} if "patternProperties" in found else found

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        found = super().model_schema(schema)
        found.pop("title", None)
        found.pop("description", None)
        return found


def schema_of(kind: str) -> dict[str, object]:
    """The schema of one of `DEFINITION_FILES`, as JSON data."""
    _, title, model = DEFINITION_FILES[kind]
    adapter: TypeAdapter[object] = TypeAdapter(model)
    found = adapter.json_schema(by_alias=True, schema_generator=_ForAuthors)
    return {"$schema": GenerateJsonSchema.schema_dialect, "title": title, **found}


def write_schemas(folder: Path) -> list[Path]:
    """One `<kind>.json` for each; gives their paths. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in DEFINITION_FILES:
        path = folder / f"{kind}.json"
        write_whole(path, json.dumps(schema_of(kind), ensure_ascii=False, indent=1) + "\n")
        written.append(path)
    return written
