"""The field of a territory: an official authority searched for, or a structure described by hand.

Apart: the one field that looks things up, and that has a form of its own inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import ValidationError

from selfassess.content.directory import LONGEST_QUERY, Directory
from selfassess.core.answers.answers import LONGEST_NAME
from selfassess.core.answers.typed import line
from selfassess.core.definition.questionnaire import Question
from selfassess.web.forms.fields import AnswerField, Posted
from selfassess.web.forms.territory_answer import answer_for
from selfassess.web.french import french, too_long
from selfassess.web.given_back import FREE
from selfassess.web.territory_search import Found, described, search, structure

FREE_PARTS = {
    "name": "Écrivez le nom de la structure, par exemple « PETR du Pays de Bray ».",
    "type": "Choisissez le type de structure.",
    "departement": "Choisissez le département où vit la plus grande partie des habitants.",
    "population": "Choisissez le nombre d'habitants.",
}


class TerritoryField(AnswerField):
    """An official authority, searched for, or a structure described by hand (FREE_PARTS)."""

    ask = "Cherchez votre territoire puis choisissez-le dans la liste, ou décrivez-le"
    longest_name, longest_query = LONGEST_NAME, LONGEST_QUERY

    def __init__(
        self, question: Question, *, directory: Directory, heading: bool, required: bool, comment: str, **more: object
    ) -> None:
        super().__init__(question, heading=heading, required=required, comment=comment, **more)
        self.directory = directory
        self.query = ""
        self.results: list[Found] | None = None
        self.free_errors: dict[str, str] = {}

    def process_data(self, value: object) -> None:
        known = value if isinstance(value, Mapping) else {}
        self.data, self.value = value, None
        self.free: dict[str, str] = {part: known.get(part, "") for part in ("name", "type", "departement")}
        self.free["population"] = known.get("band", "")
        if "code" in known:
            self.free = dict.fromkeys(self.free, "")
            self.value = self._shown(known["code"], known.get("name", known["code"]))
        elif known:
            self.value = {"code": FREE, "label": known["name"]}

    def _shown(self, code: str, name: str) -> dict[str, str]:
        place = self.directory.get(code)
        return {"code": code, "label": place.label if place else name, "hint": place.hint if place else ""}

    def process(self, formdata: Posted | None, data: object = None, extra_filters: object = None) -> None:
        if formdata is not None:
            self.posted_free = {part: line(formdata.get(f"{self.name}-free-{part}", "")) for part in FREE_PARTS}
            self.query = line(formdata.get(f"{self.name}-query", ""))
        super().process(formdata, data, extra_filters)

    def process_formdata(self, values: Sequence[str]) -> None:
        self.free = self.posted_free
        self.typed = [line(one) for one in values if one][:2] or ([FREE] if self.free["name"] else [])
        chosen = self.typed[0] if self.typed else None
        if chosen and (found := structure(chosen)):
            self.free, self.typed, chosen = described(self.question, found), [FREE, *self.typed[1:]], FREE
        self.data = self.value = None
        if chosen == FREE:
            self.free = {**self.free, "name": self.free["name"] or self.query}
            self.value = {"code": FREE, "label": self.free["name"]}
            self.data = self._described()
        elif chosen is not None:
            self.data = answer_for(self.question, self.directory, chosen)
            self.value = self._shown(self.data["code"], self.data["name"]) if self.data else None

    def _described(self) -> dict[str, str | int]:
        bands = {one.id: one.floor for one in self.question.bands}
        told: dict[str, str | int] = {
            part: self.free[part] for part in ("name", "type", "departement") if self.free[part]
        }
        if self.free["population"] in bands:
            told["band"], told["population"] = self.free["population"], bands[self.free["population"]]
        return told

    def search(self) -> None:
        """Offer what answers the query; nothing is refused yet, but a query too long to be looked for whole. A name
        that nothing has follows into the description by hand."""
        if told := too_long("Ce nom", self.query, LONGEST_QUERY):
            self.errors = [told]
        else:
            self.results = search(self.directory, self.question, self.query)
        if not self.results and not self.free["name"]:
            self.free = {**self.free, "name": self.query}

    def check(self) -> None:
        if len(self.typed) > 1 or self.data is None:
            raise ValidationError(self.blank)
        if self.typed != [FREE]:
            return
        known = {
            "type": {one.id for one in self.question.types},
            "departement": self.directory.departements,
            "population": {one.id for one in self.question.bands},
        }
        for part, message in FREE_PARTS.items():
            if not self.free[part] or (part in known and self.free[part] not in known[part]):
                self.free_errors[part] = french(message)
        if told := too_long("Ce nom", self.free["name"], LONGEST_NAME):
            self.free_errors["name"] = told

    @property
    def blank(self) -> str:
        return french(f"{self.ask}.")

    @property
    def links(self) -> list[dict[str, str]]:
        parts = [{"href": f"#{self.name}-free-{part}", "text": told} for part, told in self.free_errors.items()]
        return [*super().links, *parts]
