"""A facilitator's reading laid over a `Report`: the declared parts stay as they are, a `ReviewPart` comes beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfassess.core.answers.in_words import listed
from selfassess.core.definition.structure import digest
from selfassess.core.report.report import (
    FINGERPRINT_LENGTH,
    CategoryPart,
    CategoryReview,
    OrderReview,
    Report,
    ReviewComment,
    ReviewedPage,
    ReviewPart,
)
from selfassess.core.report.reviewed_page import reviewed_page
from selfassess.core.report.shapes import read_call_sheet, read_drafts
from selfassess.core.report.slots import advised
from selfassess.core.review.acts import (
    VALIDATED,
    Judgement,
    Remark,
    Review,
)

# Words that the fingerprint of a reviewed report rests on: they stay here, as they were when papers were printed.
RETAINED, NOT_RETAINED = "Retenue", "Non retenue"
CONFIRMED = "la lecture déclarée est confirmée"
GONE = "Réponse retirée depuis"
NETWORK = "réseau"
LENT, TRIED = "draft", "trial"  # marks that change a fingerprint
# Of a reading that leads, kept with the act that validates it, by what may be on the agenda; those for élus.
DOCUMENTS, ELECTED_DOCUMENTS = "documents", "elected_documents"
CALL_SHEET = "call_sheet"  # of its first option, likewise
LAID = "assigned"  # the verdict of a category that a report retains
DECLARED: dict[str, bool | None] = {"assigned": True, "ruled_out": False, "undecided": None}


def otherwise(verdict: str, retained: bool | None) -> bool:
    """Does the network read a category of that declared verdict otherwise? It may say nothing of it (None); what is
    declared undecided, it reads otherwise by retaining it or by not retaining it."""
    return retained is not None and retained is not DECLARED[verdict]


def lay(report: Report, review: Review, network: str, day: str) -> Report:
    """The report with the network's reading beside. `day`: ISO day of the reading; remarks' instants likewise.

    Keys of remarks are those of the report's answers. The fingerprint changes with whatever is laid over.
    """
    said = review.judgement
    categories = tuple(_category(one, said) for one in report.categories)
    order, validated = _order(report, said), review.state == VALIDATED
    part = ReviewPart(
        network=network,
        who=review.validated.actor if review.validated else said.actor if said else "",
        day=day,
        state="validated" if validated else "under_way",
        confirmed=not order.changed and not any(one.changed for one in categories),
        sentence=_sentence(categories, order),
        categories=categories,
        devices=order,
        advice=said.advice if said else "",
        comments=() if report.elected else tuple(_comments(report, review.remarks)),
        page=_page(report, review, categories, order, day) if validated else None,
    )
    return with_review(report, part)


def _page(
    report: Report, review: Review, categories: Sequence[CategoryReview], order: OrderReview, day: str
) -> ReviewedPage | None:
    """With the documents and the call sheet that were kept when it was validated."""
    page = reviewed_page(report, categories, order, day, review.agenda)
    name = ELECTED_DOCUMENTS if report.elected else DOCUMENTS
    kept = review.validated.data if review.validated else {}
    drafts, sheet = kept.get(name, {}), None if report.elected else kept.get(CALL_SHEET)
    if page is None:
        return None
    update = {"documents": read_drafts(drafts.get(page.chosen)), "call_sheet": read_call_sheet(sheet)}
    return page.model_copy(update=update)


def with_review(report: Report, part: ReviewPart) -> Report:
    """The report with that part beside."""
    apart = {"devices": {"devices"}, "page": {"documents", "call_sheet"}}  # they came later: papers printed stay true
    said = part.model_dump(mode="json", exclude=apart)
    if part.page is None:
        said.pop("page")  # likewise
    for span in said.get("page", {}).get("timeline", ()):
        for step in span["steps"]:
            step.pop("key")  # likewise
    told = digest(report.fingerprint, said)[:FINGERPRINT_LENGTH]
    return report.model_copy(update={"review": part, "fingerprint": told})


def marked(fingerprint: str, mark: str) -> str:
    """The fingerprint of the same report under that mark."""
    return digest(fingerprint, mark)[:FINGERPRINT_LENGTH]


def as_draft(report: Report) -> Report:
    """The report of a file not sent yet, as a reader is shown it."""
    return report.model_copy(update={"draft": True, "fingerprint": marked(report.fingerprint, LENT)})


def as_trial(report: Report) -> Report:
    """The report of a trial of a draft edition."""
    return report.model_copy(update={"trial": True, "fingerprint": marked(report.fingerprint, TRIED)})


def network_named(name: str) -> str:
    """« le réseau Val fictif », whether or not the name says that it is one."""
    first, _, rest = name.partition(" ")
    if first.lower() == NETWORK and rest:
        return f"le {NETWORK} {rest}"
    return f"le {NETWORK} « {name} »" if name else f"le {NETWORK}"


def _category(one: CategoryPart, said: Judgement | None) -> CategoryReview:
    retained, reason = said.categories.get(one.id, (None, "")) if said else (None, "")
    declared = one.verdict == LAID
    changed = otherwise(one.verdict, retained)
    return CategoryReview(
        id=one.id,
        title=one.title,
        declared_text=one.verdict_text,
        reviewed_text=one.verdict_text if not changed else RETAINED if retained else NOT_RETAINED,
        declared=declared,
        reviewed=declared if retained is None else retained,
        changed=changed,
        reason=reason,
    )


def _order(report: Report, said: Judgement | None) -> OrderReview:
    declared = advised(report)
    known = {one.id: one.short for one in report.devices}
    wanted = tuple(one for one in said.devices if one in known) if said else ()
    return OrderReview(
        declared=tuple(known[one] for one in declared),
        reviewed=tuple(known[one] for one in wanted or declared),
        changed=bool(wanted) and wanted != declared,
        reason=said.order_reason if said else "",
        devices=wanted or declared,
    )


def _sentence(categories: Sequence[CategoryReview], order: OrderReview) -> str:
    """« retient aussi A ; ne retient pas B ; conseille d'abord C », or that nothing differs."""
    added = [f"« {one.title} »" for one in categories if one.changed and one.reviewed]
    removed = [f"« {one.title} »" for one in categories if one.changed and not one.reviewed]
    also = " aussi" if any(one.declared and one.reviewed for one in categories) else ""
    told = [
        f"retient{also} {listed(added)}" if added else "",
        f"ne retient pas {listed(removed)}" if removed else "",
        f"conseille d'abord « {order.reviewed[0]} »" if order.changed else "",
    ]
    return " ; ".join(filter(None, told)) or CONFIRMED


def _comments(report: Report, remarks: Sequence[Remark]) -> Iterator[ReviewComment]:
    """Those on the whole file, then in the order of the answers, then on answers taken away since."""
    found: dict[str, tuple[str, str]] = {"": ("", "")}
    for group in report.answers:
        found |= {row.key: (row.question, group.title if "." in row.key else "") for row in group.rows}
    found |= {row.key: (row.question, "") for row in report.abandoned}
    places = {key: at for at, key in enumerate(found)}
    for one in sorted(remarks, key=lambda one: places.get(one.key, len(places))):
        question, item = found.get(one.key, (GONE, ""))
        yield ReviewComment(key=one.key, question=question, item=item, text=one.text, who=one.actor, day=one.at[:10])
