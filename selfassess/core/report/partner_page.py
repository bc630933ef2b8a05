"""The page for a partner abroad, in English or in French, made from a report and laid over it. Pure.

Only what serves a partner: answers that `abroad.yaml` and `abroad_fr.yaml` give words for. Brakes, means, political
will, comments and the reading itself are nowhere in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import listed
from selfassess.core.answers.items import LABEL
from selfassess.core.answers.path import prune
from selfassess.core.definition.condition import Blank, Ref, Territory, evaluate
from selfassess.core.definition.edition import Definitions, meaning_digest
from selfassess.core.definition.partner_texts import (
    PARTNER_FILES,
    PartnerAction,
    PartnerAnswers,
    PartnerAxes,
    PartnerAxis,
    PartnerLanguage,
    PartnerPage,
    PartnerPageTexts,
)
from selfassess.core.definition.structure import digest
from selfassess.core.definition.typography import NARROW
from selfassess.core.report.report import FINGERPRINT_LENGTH, Origin, Report
from selfassess.core.report.slots import advised

THOUSANDS: Mapping[PartnerLanguage, str] = {"en": ",", "fr": NARROW}


def abroad_file(definitions: Definitions, language: PartnerLanguage) -> str:
    return f"{definitions.slug}/{PARTNER_FILES[language]}"


def as_abroad(
    definitions: Definitions, report: Report, departement: str | None, language: PartnerLanguage = "en"
) -> Report | None:
    """The report with its page in that language, and a fingerprint of its own; None when there is too little to say.

    `departement`: the name of the one the territory lies in. A report stored without its answers has no such page.
    """
    edition = definitions.editions.get(report.edition)
    if edition is None or report.origin is None:
        return None
    answers = prune(edition.questionnaire, report.origin.answers)
    view = View(edition.questionnaire, answers, edition.typology.conditions)
    texts = definitions.abroad[language]
    page = _page(texts, report, view, departement)
    if page is None:
        return None
    told = digest(report.fingerprint, "abroad", page.model_dump(mode="json"))[:FINGERPRINT_LENGTH]
    files = {**report.origin.files, abroad_file(definitions, language): meaning_digest(texts)}
    origin: Origin = report.origin.model_copy(update={"files": files})
    signed = page.model_copy(update={"foot": page.foot.replace("{fingerprint}", told)})
    return report.model_copy(update={"abroad": signed, "fingerprint": told, "origin": origin})


def _page(texts: PartnerPageTexts, report: Report, view: View, departement: str | None) -> PartnerPage | None:
    place = view.territory
    axes, feed = tuple(_axes(texts, texts.axes, view)), next(iter(_axes(texts, texts.feed, view)), None)
    wants, links = tuple(_sentences(texts, texts.wants, view)), tuple(_links(texts, view))
    if not place or not (axes or feed or wants or links):
        return None
    mark, network = _mark(texts, report)
    within = departement if departement and departement not in str(place["name"]) else None
    return PartnerPage(
        language=texts.language,
        of=report.fingerprint,
        lead=next((one.text for one in texts.lead_when if evaluate(one.when, view)), texts.lead),
        what=texts.what,
        place=tuple(_place(texts, place, view)),
        departement=within,
        within=texts.departement,
        who=tuple(_sentences(texts, texts.who, view)),
        axes=axes,
        wants=wants,
        feed_lead=texts.feed.lead or "",
        feed=feed,
        means=(*_cooperation(texts, report), *_sentences(texts, [texts.working_language], view)),
        links=links,
        names=texts.links.names or "" if any(one.label for one in links) else "",
        after=tuple(_sentences(texts, texts.links.after, view)),
        note=texts.milan.note,
        none=texts.milan.none,
        mark=mark,
        network=network,
        foot=texts.marks.foot.replace("{edition}", report.edition),
        headings=texts.headings,
        hint=texts.hint,
    )


def _place(texts: PartnerPageTexts, place: Territory, view: View) -> Iterator[str]:
    """Kind of authority, population, kind of area."""
    if kind := texts.types.say.get(str(place.get("type"))):
        yield kind
    if band := texts.bands.say.get(str(place.get("band"))):
        yield band
    elif isinstance(place.get("population"), int):
        population = f"{place['population']:,}".replace(",", THOUSANDS[texts.language])
        yield texts.inhabitants.replace("{population}", population)
    yield from _sentences(texts, texts.place, view)


def _given(question: str, view: View) -> tuple[str, ...]:
    """The options given, in order; none where it is not known, not asked, or worked out."""
    value = view.value(question)
    if isinstance(value, Blank) or view.worked_out(question):
        return ()
    return value if isinstance(value, tuple) else (str(value),)


def _sentences(texts: PartnerPageTexts, lines: Sequence[PartnerAnswers], view: View) -> Iterator[str]:
    for line in lines:
        told = [line.say[one] for one in _given(line.question, view) if one in line.say]
        if told and line.lead:
            yield line.lead.replace("{list}", listed(told, texts.conjunction))
        else:
            yield from told


def _axes(texts: PartnerPageTexts, axes: PartnerAxes, view: View) -> Iterator[PartnerAxis]:
    for option in view.option(Ref(question=axes.question)):
        said = axes.say.get(option.id)
        if said is not None and not isinstance(view.value(axes.question), Blank):
            named = (*([option.mufpp] if option.mufpp else []), *said.also)
            categories = tuple(texts.milan.categories[one] for one in named)
            yield PartnerAxis(french=option.text, english=said.text or "", categories=categories, nuance=said.nuance)


def _links(texts: PartnerPageTexts, view: View) -> Iterator[PartnerAction]:
    for action in () if isinstance(view.actions, Blank) else view.actions:
        if texts.links.unless is not None and evaluate(texts.links.unless, action):
            continue
        label = str(action.answers.get(LABEL, "")).strip() or None
        facts = tuple(_sentences(texts, texts.links.facts, action))
        if label or facts:
            yield PartnerAction(label=label, facts=facts)


def _cooperation(texts: PartnerPageTexts, report: Report) -> Iterator[str]:
    """What page one advises to start or to prepare; or the network, where it validated another order."""
    devices, names = texts.devices, advised(report)
    if report.review is not None and report.review.state == "validated":
        names = report.review.devices.devices
    for lead, verdict in ((devices.now, "maintenant"), (devices.later, "a_preparer")):
        told = [devices.say[one] for one in names if report.device(one).verdict == verdict and one in devices.say]
        if told:
            yield lead.replace("{list}", listed(told, texts.conjunction))


def _mark(texts: PartnerPageTexts, report: Report) -> tuple[str, str | None]:
    """Whose word the page is, and the name of the network that reviewed it."""
    marks, review, network, day = texts.marks, report.review, None, report.day
    if report.trial:
        text = marks.trial
    elif report.draft:
        text = marks.draft
    elif review is not None and review.state == "validated":
        text, network, day = marks.reviewed, review.network, review.day
    else:
        text = marks.declared
    return text.replace("{day}", partner_day(texts, day)), network


def partner_day(texts: PartnerPageTexts, day: str) -> str:
    """« 1 December 2026 », « 1er décembre 2026 » from an ISO date."""
    on = date.fromisoformat(day)
    return f"{texts.first_day if on.day == 1 else on.day} {texts.months[on.month - 1]} {on.year}"
