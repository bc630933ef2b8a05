"""Fields of the form of a page, one class per kind of question; each is what its partial shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, ValidationError

from selfassess.core.answers.answers import selection_problem
from selfassess.core.answers.typed import lines
from selfassess.core.definition.questionnaire import Question, QuestionKind
from selfassess.web.french import french, several, too_long

LONGEST_COMMENT = 1000
LONGEST_LABEL = 120  # of an item, or of who a link is for


Posted = MultiDict[str, str]


class AnswerField(Field):  # type: ignore[misc]  # WTForms has no types
    """`data` is the answer as stored, None when blank; `value` is what the partial shows, right or wrong."""

    ask = "Choisissez une réponse"
    longest_comment = LONGEST_COMMENT
    data: Any  # its type depends on the kind of question; so does that of `value`
    value: Any

    def __init__(self, question: Question, *, heading: bool, required: bool, comment: str, **kwargs: object) -> None:
        super().__init__(question.short, **kwargs)
        self.question = question
        self.heading = heading
        self.required = required
        self.comment = comment
        self.comment_error: str | None = None

    def process(self, formdata: Posted | None, data: object = None, extra_filters: object = None) -> None:
        super().process(formdata, data, extra_filters)
        if formdata is not None:
            self.comment = lines(formdata.get(f"{self.name}-comment", ""))

    def process_data(self, value: object) -> None:
        self.data = self.value = value

    def process_formdata(self, values: Sequence[str]) -> None:
        self.typed = self.offered(values)
        self.data = self.value = self.typed[0] if self.typed else None

    def offered(self, values: Sequence[str]) -> list[str]:
        """What was chosen: one more than there are options at most, enough to refuse a list that no page sends."""
        return [one for one in values if one != ""][: len(self.question.options) + 1]

    def pre_validate(self, form: object) -> None:
        self.comment_error = too_long("Votre commentaire", self.comment, LONGEST_COMMENT)
        if self.typed:
            self.check()
        elif self.required:
            raise ValidationError(self.blank)

    def check(self) -> None:
        """Refuse what is no answer, with a sentence that says how to mend."""
        unknown = [one for one in self.typed if one not in self.question.by_option]
        if unknown or (self.question.is_single and len(self.typed) > 1):
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
    def process_data(self, value: object) -> None:
        self.data, self.value = value, value or []

    def process_formdata(self, values: Sequence[str]) -> None:
        self.typed = self.offered(values)
        self.data, self.value = list(dict.fromkeys(self.typed)) or None, self.typed

    def check(self) -> None:
        super().check()
        if len(self.typed) > len(self.question.options):
            raise ValidationError(french("Choisissez une des réponses proposées."))
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
    """`ranks`: what is chosen, or posted, beside each option: « 1 » for the first."""

    ask = "Cochez au moins une réponse"

    def process_data(self, value: object) -> None:
        super().process_data(value)
        self.ranks = {one: str(at) for at, one in enumerate(self.value, 1)}

    def process(self, formdata: Posted | None, data: object = None, extra_filters: object = None) -> None:
        names = {one.id: f"{self.name}-rank-{one.id}" for one in self.question.options}
        self.posted = {one: formdata[name] for one, name in names.items() if name in formdata} if formdata else {}
        super().process(formdata, data, extra_filters)

    def process_formdata(self, values: Sequence[str]) -> None:
        """In the order of their ranks; as they come where no rank is asked."""
        self.ranks = self.posted
        super().process_formdata(sorted(values, key=lambda one: self.posted.get(one) or "~"))

    def check(self) -> None:
        twice = next((one for one in self.typed if self.typed.count(one) > 1), None)
        if twice in self.question.by_option:
            text = self.question.by_option[twice].text
            raise ValidationError(french(f"« {text} » est choisi deux fois : gardez-le une seule fois."))
        super().check()
        if self.posted and len(self.typed) > 1:
            given = [self.posted.get(one, "") for one in self.typed]
            places = {str(at) for at in range(1, len(self.question.options) + 1)}
            if len(set(given)) < len(given) or not places.issuperset(given):
                raise ValidationError(
                    french("Donnez un rang différent à chaque réponse cochée, 1er pour la plus importante.")
                )


# Of each kind but the territory, and the group, which has pages of its own.
FIELDS: dict[QuestionKind, type[AnswerField]] = {
    "single": SingleField,
    "multiple": MultipleField,
    "ranked": RankedField,
}
