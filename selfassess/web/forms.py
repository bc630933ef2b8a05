"""A WTForms form built from the questions of a page: one field class per kind, each what its partial shows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Field, ValidationError
from wtforms.form import BaseForm

from selfassess.content.directory import Directory, Place
from selfassess.core.answers import LONGEST_NAME, selection_problem
from selfassess.core.definition import Question
from selfassess.web.language import french, several
from selfassess.web.places import answer_for

LONGEST_COMMENT = 1000
FREE = "free"  # the value posted for a territory described by hand
FREE_PARTS = {
    "name": "Écrivez le nom de la structure, par exemple « PETR du Pays de Bray ».",
    "type": "Choisissez le type de structure.",
    "departement": "Choisissez le département où vit la plus grande partie des habitants.",
    "population": "Choisissez le nombre d'habitants.",
}
LARGEST_NUMBER = 10**12


def clean(text: str, longest: int | None = None) -> str:
    """Typed text without control characters, with one kind of line end, and no space around."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs"})
    return text.strip()[:longest]


class AnswerField(Field):  # type: ignore[misc]
    """`data` is the answer as stored, None when blank; `value` is what the partial shows, right or wrong."""

    ask = "Choisissez une réponse"

    def __init__(self, question: Question, *, heading: bool, required: bool, comment: str, **kwargs: Any) -> None:
        super().__init__(question.short, **kwargs)
        self.question = question
        self.heading = heading
        self.required = required
        self.comment = comment
        self.comment_error: str | None = None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        if formdata is not None:
            self.comment = clean(formdata.get(f"{self.name}-comment", ""))

    def process_data(self, value: Any) -> None:
        self.data = self.value = value

    def process_formdata(self, values: Sequence[str]) -> None:
        self.typed = [one for one in values if one != ""]
        self.data = self.value = self.typed[0] if self.typed else None

    def pre_validate(self, form: Any) -> None:
        if (over := len(self.comment) - LONGEST_COMMENT) > 0:
            self.comment_error = french(f"Votre commentaire est trop long : retirez {several(over, 'caractère')}.")
        if self.typed:
            self.check()
        elif self.required:
            raise ValidationError(self.blank)

    def check(self) -> None:
        """Refuse what is no answer, with a sentence that says how to mend."""
        unknown = [one for one in self.typed if one not in self.question.by_option]
        if unknown or (self.question.kind == "single" and len(self.typed) > 1):
            raise ValidationError(french("Choisissez une des réponses proposées."))

    @property
    def blank(self) -> str:
        unknown = next((one.text for one in self.question.options if one.unknown), None)
        return french(f"{self.ask}, ou « {unknown} »." if unknown else f"{self.ask}.")

    @property
    def error(self) -> str | None:
        """Beside the field and in the summary alike; named after its question when the page has several."""
        if not self.errors:
            return None
        first = str(self.errors[0])
        return first if self.heading else french(f"{self.question.short} : {first[:1].lower()}{first[1:]}")

    @property
    def links(self) -> list[dict[str, str]]:
        """Lines of the error summary: each leads to the field to mend."""
        found = [(self.name, self.error), (f"{self.name}-comment", self.comment_error)]
        return [{"href": f"#{target}", "text": told} for target, told in found if told]


class SingleField(AnswerField):
    pass


class SeveralField(AnswerField):
    def process_data(self, value: Any) -> None:
        self.data, self.value = value, value or []

    def process_formdata(self, values: Sequence[str]) -> None:
        self.typed = [one for one in values if one != ""]
        self.data, self.value = list(dict.fromkeys(self.typed)) or None, self.typed

    def check(self) -> None:
        super().check()
        problem = selection_problem(self.question, self.data)
        if problem == "exclusive":
            alone = next(o for one in self.typed if (o := self.question.by_option[one]).exclusive or o.unknown)
            raise ValidationError(french(f"« {alone.text} » ne va avec aucune autre réponse : choisissez."))
        if problem == "too_many":
            most = several(self.question.max or 0, "réponse")
            raise ValidationError(french(f"Gardez {most} au plus : vous en avez choisi {len(self.data)}."))


class MultipleField(SeveralField):
    ask = "Cochez au moins une réponse"


class RankedField(SeveralField):
    ask = "Choisissez au moins une réponse"

    def check(self) -> None:
        twice = next((one for one in self.typed if self.typed.count(one) > 1), None)
        if twice in self.question.by_option:
            text = self.question.by_option[twice].text
            raise ValidationError(french(f"« {text} » est choisi deux fois : gardez-le une seule fois."))
        super().check()


class NumberField(AnswerField):
    ask = "Écrivez un nombre entier, par exemple 12"

    def process_data(self, value: Any) -> None:
        self.data, self.value = value, "" if value is None else str(value)

    def process_formdata(self, values: Sequence[str]) -> None:
        self.typed = [one for one in values if one.strip()]
        self.value = self.typed[0] if self.typed else ""
        digits = re.sub(r"[\s.]+", "", self.value)
        self.data = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 14 else None

    def check(self) -> None:
        if self.data is None or self.data > LARGEST_NUMBER or len(self.typed) > 1:
            raise ValidationError(self.blank)


class TerritoryField(AnswerField):
    """An official authority, searched for, or a structure described by hand (FREE_PARTS)."""

    ask = "Cherchez votre territoire puis choisissez-le dans la liste, ou décrivez-le"

    def __init__(self, question: Question, *, directory: Directory, **kwargs: Any) -> None:
        super().__init__(question, **kwargs)
        self.directory = directory
        self.query = ""
        self.results: list[Place] | None = None
        self.free_errors: dict[str, str] = {}

    def process_data(self, value: Mapping[str, Any] | None) -> None:
        known = value or {}
        self.data, self.value = value, None
        self.free = {part: known.get(part, "") for part in ("name", "type", "departement")}
        self.free["population"] = known.get("band", "")
        if "code" in known:
            self.free = dict.fromkeys(self.free, "")
            self.value = self._shown(known["code"], known.get("name", known["code"]))
        elif known:
            self.value = {"code": FREE, "label": known["name"]}

    def _shown(self, code: str, name: str) -> dict[str, str]:
        place = self.directory.get(code)
        return {"code": code, "label": place.label if place else name, "hint": place.hint if place else ""}

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        if formdata is not None:
            self.posted_free = {
                part: clean(formdata.get(f"{self.name}-free-{part}", ""), LONGEST_NAME) for part in FREE_PARTS
            }
            self.query = clean(formdata.get(f"{self.name}-query", ""), LONGEST_NAME)
        super().process(formdata, data, extra_filters)

    def process_formdata(self, values: Sequence[str]) -> None:
        self.free = self.posted_free
        self.typed = [clean(one) for one in values if one] or ([FREE] if self.free["name"] else [])
        chosen = self.typed[0] if self.typed else None
        self.data = self.value = None
        if chosen == FREE:
            self.value = {"code": FREE, "label": self.free["name"]}
            self.data = self._described()
        elif chosen is not None:
            self.data = answer_for(self.question, self.directory, chosen)
            self.value = self._shown(self.data["code"], self.data["name"]) if self.data else None

    def _described(self) -> dict[str, Any]:
        bands = {one.id: one.floor for one in self.question.bands}
        told = {part: self.free[part] for part in ("name", "type", "departement") if self.free[part]}
        if self.free["population"] in bands:
            told |= {"band": self.free["population"], "population": bands[self.free["population"]]}
        return told

    def search(self) -> None:
        """Offer what answers the query; nothing is refused yet."""
        self.results = self.directory.search(self.query, limit=10)

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

    @property
    def blank(self) -> str:
        return french(f"{self.ask}.")

    @property
    def links(self) -> list[dict[str, str]]:
        parts = [{"href": f"#{self.name}-free-{part}", "text": told} for part, told in self.free_errors.items()]
        return [*super().links, *parts]


KINDS: dict[str, type[AnswerField]] = {
    "single": SingleField,
    "multiple": MultipleField,
    "ranked": RankedField,
    "number": NumberField,
    "territory": TerritoryField,
}


class PageForm(BaseForm):  # type: ignore[misc]
    """The questions of one page. `links` are the lines of the error summary."""

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        return not self.links

    @property
    def links(self) -> list[dict[str, str]]:
        return [link for field in self for link in field.links]


def page_form(
    questions: Sequence[Question], answers: Mapping[str, Any], comments: Mapping[str, str], directory: Directory,
    *, posted: Any = None, required: bool = False,
) -> PageForm:  # fmt: skip
    """The form of `questions`, filled with what was posted, or else with what is stored."""
    fields = {}
    for question in questions:
        extra = {"directory": directory} if question.kind == "territory" else {}
        fields[question.id] = KINDS[question.kind](
            question, heading=len(questions) == 1, required=required, comment=comments.get(question.id, ""), **extra
        )
    form = PageForm(fields)
    form.process(posted, data=dict(answers))
    return form
