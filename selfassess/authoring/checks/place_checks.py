"""Official codes that definitions quote: each is in the directory of authorities, or nothing would ever match it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from selfassess.authoring.checks.condition_checks import CheckedEdition, Finding, walk_questions
from selfassess.authoring.checks.every_condition import uses_of
from selfassess.core.definition.condition import Ask, leaves
from selfassess.core.definition.edition import Definitions


def check_places(
    definitions: Definitions, rows: Collection[str], departements: Collection[str], has: Callable[[str], bool]
) -> Iterator[Finding]:
    """`rows`: kinds of authorities, `type` and `type:kind`; `departements`: codes; `has`: is that code one's?"""
    for edition in definitions.editions.values():
        checked = CheckedEdition(definitions, edition)
        yield from _rows_named(checked, rows)
        known: dict[str | None, Callable[[str], bool]] = {"departement": departements.__contains__, "code": has}
        for use in uses_of(checked):
            for leaf in leaves(use.condition):
                node = leaf.node
                if not isinstance(node, Ask) or node.question != edition.questionnaire.territory.id:
                    continue
                test = known.get(node.field)
                for at, code in enumerate(node.in_ or ()):
                    if test is not None and not test(code):
                        message = f"L'annuaire n'a pas de « {node.field} » de code « {code} »."
                        yield Finding(use.file, (*use.path, *leaf.path, "in", at), message)


def _rows_named(checked: CheckedEdition, rows: Collection[str]) -> Iterator[Finding]:
    for path, question, _ in walk_questions(checked.edition):
        for at, kind in enumerate(question.types):
            for row_at, row in enumerate(kind.directory):
                if row not in rows:
                    where = (*path, "types", at, "directory", row_at)
                    message = f"Aucune collectivité de l'annuaire n'est « {row} »."
                    yield Finding(checked.file("questionnaire"), where, message, row, tuple(sorted(rows)))
