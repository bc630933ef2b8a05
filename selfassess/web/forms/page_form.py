"""A WTForms form built from the questions of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms.form import BaseForm

from selfassess.content.directory import Directory
from selfassess.core.answers.items import Answers
from selfassess.core.definition.questionnaire import Question, QuestionKind
from selfassess.web.forms.fields import FIELDS, AnswerField, Posted
from selfassess.web.forms.territory_field import TerritoryField

KINDS: dict[QuestionKind, type[AnswerField]] = {**FIELDS, "territory": TerritoryField}


class PageForm(BaseForm):  # type: ignore[misc]  # WTForms has no types
    """The questions of one page. `links` are the lines of the error summary."""

    def validate(self, extra_validators: object = None) -> bool:
        super().validate(extra_validators)
        return not self.links

    @property
    def links(self) -> list[dict[str, str]]:
        return [link for field in self for link in field.links]


def page_form(
    questions: Sequence[Question],
    answers: Answers,
    comments: Mapping[str, str],
    directory: Directory,
    *,
    posted: Posted | None = None,
    required: bool = False,
) -> PageForm:
    """The form of `questions`, filled with what was posted, or else with what is stored."""
    fields = {}
    for question in questions:
        extra = {"directory": directory} if question.is_territory else {}
        fields[question.id] = KINDS[question.kind](
            question, heading=len(questions) == 1, required=required, comment=comments.get(question.id, ""), **extra
        )
    form = PageForm(fields)
    form.process(posted, data=dict(answers))
    return form
