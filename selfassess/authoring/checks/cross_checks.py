"""Cross-checks of definitions: dangling ids, unread questions, gates that rest on guesses, unused statements.

`check_definitions` gives a `Finding` per fault; whoever read the files turns its path into a line. The
sentences are in the authors' language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from selfassess.authoring.checks.condition_checks import (
    CheckedEdition,
    ConditionUse,
    Finding,
    check_condition,
    check_visibility,
    walk_questions,
)
from selfassess.authoring.checks.every_condition import uses_of
from selfassess.authoring.checks.longest_path import longest
from selfassess.authoring.checks.placeholders import check_blanks
from selfassess.authoring.checks.sense_checks import check_circles, check_sense
from selfassess.core.definition.condition import questions_of
from selfassess.core.definition.contacts import Body
from selfassess.core.definition.device import Device
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.means import Axis, DeviceKind, Practice
from selfassess.core.definition.partner_texts import PARTNER_FILES
from selfassess.core.definition.questionnaire import (
    Option,
    Page,
    PopulationBand,
    Question,
    QuestionKind,
    Section,
    StructureType,
)
from selfassess.core.definition.report_texts import BLANK, NETWORK, ConditionalSentence, ReportTexts, TitledProse
from selfassess.core.definition.strict import KeyPath, Strict, walk
from selfassess.core.definition.typology import (
    COUNTER,
    Case,
    Category,
    Contradiction,
    Dimension,
    Family,
    ReadingRule,
    Wording,
)

OURS = re.compile(r"\b(?:notre|nos|nous|outil)\b", re.IGNORECASE)  # how an author says that a source is ourselves
YOU = re.compile(r"\b(?:vous|votre|vos|vôtres?)\b", re.IGNORECASE)
READ_AT_DESK = ("questionnaire", "contradictions", "typology", "means")
LACKING = (
    "Ce texte se lit aussi au réseau, où l'on parle du territoire : donnez-en la forme « {field} », sans « vous »."
)
ALONE: dict[QuestionKind, str] = {
    "list": "groupe répété",
    "territory": "territoire",
}  # kinds asked once, never of an item


def check_definitions(definitions: Definitions) -> list[Finding]:
    """Every fault of every edition, of the devices and of the texts."""
    findings: list[Finding] = []
    for edition in definitions.editions.values():
        checked = CheckedEdition(definitions, edition)
        check_circles(checked)
        if checked.findings:  # nothing that follows named conditions would end
            findings.extend(checked.findings)
            continue
        _questions(checked)
        uses = list(uses_of(checked))
        for use in uses:
            check_condition(checked, use)
        check_visibility(checked)
        check_sense(checked)
        _typology(checked)
        _means(checked)
        _contradictions(checked)
        _devices(checked)
        _texts(checked)
        check_blanks(checked)
        _desk(checked)
        read = questions_read(uses, checked.definitions.texts, checked.edition)
        _clauses(checked, read)
        _withheld(checked, uses)
        _unread(checked, read)
        findings.extend(checked.findings)
    names = {"documents": "documents", "contacts": "contacts", "decision": "rules"}
    others = [(f"{definitions.slug}/{name}.yaml", getattr(definitions, attribute)) for name, attribute in names.items()]
    abroad = [(f"{definitions.slug}/{PARTNER_FILES[name]}", part) for name, part in definitions.abroad.items()]
    for file, part in (*_parts(definitions), *others, *abroad):
        findings.extend(doubled(file, part))
    findings.extend(_study(definitions))
    findings.extend(_own(definitions))
    findings.extend(_rules(definitions))
    return findings


def _questions(checked: CheckedEdition) -> None:
    file, seen = checked.file("questionnaire"), set()
    counts: Counter[bool] = Counter()
    for path, question, in_item in walk_questions(checked.edition):
        counts[in_item] += not question.is_group
        if question.id in seen:
            checked.say(file, (*path, "id"), f"L'identifiant « {question.id} » est déjà pris par une autre question.")
        seen.add(question.id)
        doubles = [one for one, times in Counter(option.id for option in question.options).items() if times > 1]
        for double in doubles:
            checked.say(file, (*path, "options"), f"L'option « {double} » est écrite deux fois.")
    limits = checked.edition.questionnaire.limits
    if counts[True] > limits.item_questions:
        checked.say(file, (), f"{counts[True]} questions par action : {limits.item_questions} au plus.")
    kinds = Counter(question.kind for question in checked.edition.questionnaire.questions.values())
    for kind, words in ALONE.items():
        if kinds[kind] != 1:
            checked.say(file, (), f"Il faut une question « {kind} » ({words}) et une seule, il y en a {kinds[kind]}.")
    pages = checked.edition.questionnaire.pages
    if kinds["list"] == 1 and (counts[False] > limits.questions or len(pages) > limits.pages):
        _too_long(checked)


def _too_long(checked: CheckedEdition) -> None:
    questionnaire = checked.edition.questionnaire
    most_of = (questionnaire.limits.questions, questionnaire.limits.pages)
    for count, most, word in zip(longest(questionnaire), most_of, ("questions", "pages"), strict=True):
        if count > most:
            message = f"Un même dossier peut avoir {count} {word} hors actions : {most} au plus."
            checked.say(checked.file("questionnaire"), (), message)


def _typology(checked: CheckedEdition) -> None:
    file, typology = checked.file("typology"), checked.edition.typology
    families = [family.id for family in typology.families]
    for at, category in enumerate(typology.categories):
        path: KeyPath = ("categories", at)
        if category.family not in families:
            checked.say(
                file, (*path, "family"), f"La famille « {category.family} » n'existe pas.", category.family, families
            )
        sums: Counter[str] = Counter()
        for sign_at, sign in enumerate(category.evidence):
            sums[sign.facet] += max(0, sign.weight)
            if sign.facet not in {*typology.facets, COUNTER}:
                message = f"La facette « {sign.facet} » n'existe pas."
                checked.say(
                    file, (*path, "evidence", sign_at, "facet"), message, sign.facet, [*typology.facets, COUNTER]
                )
        reach = sum(min(cap, sums[facet]) for facet, cap in typology.facets.items())
        if reach != typology.reach:
            message = f"« {category.id} » atteint {reach} points, il en faut {typology.reach} comme aux autres."
            checked.say(file, (*path, "id"), message)
    signs = Counter(sign.id for category in typology.categories for sign in category.evidence)
    for double in (one for one, times in signs.items() if times > 1):
        checked.say(file, ("categories",), f"L'indice « {double} » est écrit deux fois.")
    if typology.remainder.readings[-1].when is not None:
        checked.say(
            file, ("remainder", "readings"), "La dernière lecture n'a pas de « when » : elle prend ce qui reste."
        )


def _means(checked: CheckedEdition) -> None:
    file, means, questions = checked.file("means"), checked.edition.means, checked.edition.questionnaire.every
    for at, axis in enumerate(means.axes):
        question = questions.get(axis.question)
        if question is None:
            checked.say(
                file,
                ("axes", at, "question"),
                f"La question « {axis.question} » n'existe pas.",
                axis.question,
                questions,
            )
        elif axis.field is None and not all(one.level is not None for one in question.options if not one.unknown):
            checked.say(
                file, ("axes", at, "question"), f"Chaque option de « {axis.question} » doit avoir un « level »."
            )
    _closed_axes(checked)
    kinds = [kind.id for kind in means.kinds]
    if means.practice.question not in checked.edition.questionnaire.items:
        checked.say(file, ("practice", "question"), "Cette question doit appartenir à une action.")
    for at, dormant in enumerate(means.practice.dormant):
        if dormant.aect not in kinds:
            checked.say(
                file,
                ("practice", "dormant", at, "aect"),
                f"« {dormant.aect} » n'est pas un type de dispositif.",
                dormant.aect,
                kinds,
            )
    _kinds_named(checked, kinds)


def _closed_axes(checked: CheckedEdition) -> None:
    axes = [axis.id for axis in checked.edition.means.axes]
    for at, rule in enumerate(checked.edition.typology.remainder.readings):
        if rule.closes is not None and rule.closes.axis not in axes:
            path: KeyPath = ("remainder", "readings", at, "closes")
            message = f"L'axe « {rule.closes.axis} » n'existe pas."
            checked.say(checked.file("typology"), path, message, rule.closes.axis, axes)


def _kinds_named(checked: CheckedEdition, kinds: Sequence[str]) -> None:
    for path, question, _ in walk_questions(checked.edition):
        for at, option in enumerate(question.options):
            if option.aect is not None and option.aect not in kinds:
                message = f"« {option.aect} » n'est pas un type de dispositif."
                checked.say(checked.file("questionnaire"), (*path, "options", at, "aect"), message, option.aect, kinds)


def _contradictions(checked: CheckedEdition) -> None:
    questionnaire = checked.edition.questionnaire
    for at, contradiction in enumerate(checked.edition.contradictions.contradictions):
        known = questionnaire.every if contradiction.per == "item" else questionnaire.questions
        for name_at, name in enumerate(contradiction.questions):
            if name not in known:
                path: KeyPath = ("contradictions", at, "questions", name_at)
                checked.say(
                    checked.file("contradictions"), path, f"La question « {name} » n'existe pas ici.", name, known
                )


def _devices(checked: CheckedEdition) -> None:
    means, editions = checked.edition.means, checked.definitions.editions.values()
    wanted, practised = checked.options(means.ranking.objectives_question), checked.options(means.practice.question)
    every = [question for one in editions for question in one.questionnaire.every.values()]
    benefits = [option.id for question in every for option in question.options if option.study]
    axes = [axis.id for one in editions for axis in one.means.axes]
    kinds = [kind.id for kind in means.kinds]
    for device in checked.definitions.devices:
        file = checked.shared(f"devices/{device.id}")
        known_ids: list[tuple[str, Iterable[str], list[str]]] = [
            ("aect", [device.aect], kinds),
            ("demands", device.demands, axes),
            ("helpers", device.helpers, axes),
            ("objectives", device.objectives, wanted),
            ("practised_by", device.practised_by, practised),
            ("benefits", device.benefits, benefits),
        ]
        for name, given, known in known_ids:
            for one in given if known else ():  # without any, what should list them is told
                if one not in known:
                    checked.say(file, (name,), f"« {one} » n'est pas connu pour « {name} ».", one, known)
        for axis in means.axes:
            if device.demands.get(axis.id, 0) >= len(axis.scale):
                checked.say(file, ("demands", axis.id), f"L'échelle « {axis.id} » va de 0 à {len(axis.scale) - 1}.")
        _device_quotes(checked, file, device)
    opened = [device.id for device in checked.definitions.devices if device.always_open]
    if len(opened) != 1:
        listed = ", ".join(opened) or "aucun"
        checked.say(
            checked.file("means"), (), f"Un dispositif, et un seul, est toujours ouvert (always_open) : {listed}."
        )


def _device_quotes(checked: CheckedEdition, file: str, device: Device) -> None:
    """The sources of a sheet, and the types of structure that its lines are for."""
    editions = checked.definitions.editions.values()
    types = dict.fromkeys(kind.id for one in editions for kind in one.questionnaire.territory.types)
    known: list[tuple[str, str, Collection[str]]] = [
        ("sources", "La source « {} » n'est pas dans sources.yaml.", checked.definitions.sources),
        ("types", "Le type de structure « {} » n'existe dans aucune édition.", types),
    ]
    for key, message, names in known:
        for path, name in _quoted(device, key):
            if name not in names:
                checked.say(file, path, message.format(name), name, names)


def _quoted(part: Strict, key: str) -> Iterator[tuple[KeyPath, str]]:
    """The ids listed under that key, wherever it stands in a part."""
    for path, value, _ in walk(part):
        if path[-1:] == (key,) and isinstance(value, tuple):
            yield from ((path, name) for name in value if isinstance(name, str))


def _texts(checked: CheckedEdition) -> None:
    known = {NETWORK, *(name for one in (checked.edition, *checked.newest) for name in one.questionnaire.every)}
    for at, sentence in enumerate(checked.definitions.texts.sentences):
        for blank in BLANK.findall(sentence.text):
            if blank not in known:
                message = f"« {{{blank}}} » n'est pas une question."
                checked.say(checked.shared("report"), ("sentences", at, "text"), message, blank, known)


def questions_read(uses: Iterable[ConditionUse], texts: ReportTexts, edition: Edition) -> set[str]:
    """Ids of the questions something reads: condition, axis, objective, benefit, practice or sentence."""
    read = {axis.question for axis in edition.means.axes}
    read |= {edition.means.ranking.objectives_question, edition.means.practice.question}
    read |= {edition.questionnaire.group.id, edition.questionnaire.territory.id}
    for use in uses:
        if use.place != "asked_when":
            read |= questions_of([use.condition])
    read |= {blank for sentence in texts.sentences for blank in BLANK.findall(sentence.text)}
    benefits = {one for one in edition.questionnaire.every.values() if any(option.study for option in one.options)}
    return read | {one.id for one in benefits}


def _clauses(checked: CheckedEdition, read: Collection[str]) -> None:
    """An answer that a rule reads can be said in a reason: each of its options has its clause."""
    for path, question, _ in walk_questions(checked.edition):
        lists: dict[str, Sequence[Option | StructureType | PopulationBand]]
        lists = {"options": question.options, "types": question.types, "bands": question.bands}
        for name, options in lists.items() if question.id in read else ():
            for at, option in enumerate(options):
                here = (*path, name, at)
                if option.clause is None and not getattr(option, "unknown", False):
                    message = (
                        f"« {option.id} » est lue par une règle et n'a pas de « clause » : "
                        "écrivez ce qu'une raison en dit, par exemple « votre territoire est rural »."
                    )
                    checked.say(checked.file("questionnaire"), here, message)
                elif option.clause is not None and re.search(r"^[A-ZÉÀ]|[.;:!?]$", option.clause):
                    message = "Une clause se lit au milieu d'une phrase : ni majuscule au début, ni point à la fin."
                    checked.say(checked.file("questionnaire"), (*here, "clause"), message)


def _desk(checked: CheckedEdition) -> None:
    """A network's desk speaks of the territory: each text read there, or its form for it, says no « vous »."""
    for part in READ_AT_DESK:
        for found in walk(getattr(checked.edition, part)):
            for name, form, texts in _read_at_desk(found.value):
                if any(YOU.search(one) for one in texts if one is not None):
                    checked.say(checked.file(part), (*found.path, name), LACKING.format(field=form))


def _read_at_desk(value: object) -> list[tuple[str, str, tuple[str | None, ...]]]:
    """Where what is read at the desk stands, the field that would hold it, and the texts."""
    if isinstance(value, Question | Contradiction):
        return [("desk" if value.desk else "text", "desk", (value.desk or value.text,))]
    if isinstance(value, Section):
        return [("desk" if value.desk else "title", "desk", (value.desk or value.title,))]
    if isinstance(value, Practice):
        name = "conflict_desk" if value.conflict_desk else "conflict_text"
        return [(name, "conflict_desk", (value.conflict_desk or value.conflict_text,))]
    if isinstance(value, Wording):
        said = value.desk or value
        return [("desk" if value.desk else "plain", "desk", (said.plain, said.also, said.acted))]
    return []


def _unread(checked: CheckedEdition, read: Collection[str]) -> None:
    """Of an edition that still may change or is in use: devices may have left an older one behind."""
    if checked.edition not in checked.newest:
        return
    for path, question, _ in walk_questions(checked.edition):
        if question.id not in read:
            message = (
                f"La question « {question.id} » n'est lue par rien (condition, moyen, objectif, phrase du rapport) : "
                "retirez-la ou dites à quoi elle sert."
            )
            checked.say(checked.file("questionnaire"), (*path, "id"), message)


def _study(definitions: Definitions) -> list[Finding]:
    """Statements that do not exist, then statements nothing uses."""
    used: set[str] = set()
    findings = []
    for file, part in _parts(definitions):
        for path, statement in _quoted(part, "study"):
            used.add(statement)
            if statement not in definitions.study:
                message = f"L'énoncé « {statement} » n'est pas dans study.yaml."
                findings.append(Finding(file, path, message, statement, tuple(definitions.study)))
    for at, statement in enumerate(definitions.study):
        if statement not in used:
            message = f"L'énoncé « {statement} » de l'étude n'est utilisé nulle part."
            findings.append(Finding(f"{definitions.slug}/study.yaml", ("statements", at, "id"), message))
    return findings


def _parts(definitions: Definitions) -> Iterator[tuple[str, Strict]]:
    for edition in definitions.editions.values():
        for name, part in edition.parts.items():
            yield f"{definitions.slug}/editions/{edition.id}/{name}.yaml", part
    for device in definitions.devices:
        yield f"{definitions.slug}/devices/{device.id}.yaml", device
    yield f"{definitions.slug}/report.yaml", definitions.texts


def _own(definitions: Definitions) -> Iterator[Finding]:
    """What the Méthode tells as ours exists, and nothing whose source says so is left out."""
    file, own = f"{definitions.slug}/report.yaml", definitions.texts.own
    sources: dict[str, dict[str, str]] = {"signs": {}, "readings": {}, "dimensions": {}, "questions": {}}
    for edition in definitions.editions.values():
        sources["signs"] |= {sign.id: sign.source for one in edition.typology.categories for sign in one.evidence}
        sources["readings"] |= {one.id: one.words.source for one in edition.typology.remainder.readings}
        sources["dimensions"] |= {one.id: one.source for one in edition.maturity.dimensions}
        sources["questions"] |= {name: one.source for name, one in edition.questionnaire.every.items()}
    for kind, known in sources.items():
        listed: tuple[str, ...] = getattr(own, kind)
        for at, name in enumerate(listed):
            if name not in known:
                yield Finding(file, ("own", kind, at), f"« {name} » n'existe pas.", name, tuple(known))
        for name, source in known.items():
            if name not in listed and OURS.search(source):
                yield Finding(file, ("own", kind), f"La source de « {name} » dit que c'est à nous : ajoutez-le ici.")


TOLD_TO_ALL = ("typology", "maturity", "contradictions", "questionnaire")  # what every version of a report says


def _withheld(checked: CheckedEdition, uses: Sequence[ConditionUse]) -> None:
    """What the élus' version keeps back is read by devices and by page one alone, and has a neutral answer."""
    file, rules, asked = checked.shared("decision"), checked.definitions.rules, checked.edition.questionnaire.every
    files = {checked.file(name) for name in TOLD_TO_ALL}
    for at, one in enumerate(rules.withheld):
        known = tuple(option.id for option in asked[one.question].options) if one.question in asked else ()
        if known and one.read_as not in known:
            message = f"« {one.read_as} » n'est pas une réponse de « {one.question} »."
            checked.say(file, ("withheld", at, "read_as"), message, one.read_as, known)
        for use in uses:
            if use.file in files and one.question in questions_of([use.condition]):
                message = f"« {one.question} » est lue ici, et la version pour les élus ne doit pas en dépendre."
                checked.say(use.file, use.path, message)


def _rules(definitions: Definitions) -> Iterator[Finding]:
    """Page one's rules name questions that some edition asks; the silence can end."""
    file, rules = f"{definitions.slug}/decision.yaml", definitions.rules
    editions = [one.questionnaire for one in definitions.editions.values()]
    outside = tuple(dict.fromkeys(name for one in editions for name in one.questions))
    named: list[tuple[KeyPath, str]] = [(("silence", "of", at), name) for at, name in enumerate(rules.silence.of)]
    named += [(("givers", name), name) for name in rules.givers]
    named += [(("withheld", at, "question"), one.question) for at, one in enumerate(rules.withheld)]
    for path, name in named:
        if name not in outside:
            yield Finding(file, path, f"La question « {name} » n'existe pas ici.", name, outside)
    axes = tuple(dict.fromkeys(axis.id for one in definitions.editions.values() for axis in one.means.axes))
    for at, brake in enumerate(rules.brakes):
        if brake.axis is not None and brake.axis not in axes:
            yield Finding(file, ("brakes", at, "axis"), f"L'axe « {brake.axis} » n'existe pas.", brake.axis, axes)
    if rules.silence.at_least > len(rules.silence.of):
        message = f"« of » n'a que {len(rules.silence.of)} question(s) : aucune option ne serait jamais donnée."
        yield Finding(file, ("silence", "at_least"), message)


LONGEST = 40  # letters of a text that is told


SAID: dict[type, str] = {
    Section: "La partie « {id} » est écrite",
    Page: "La page « {id} » est écrite",
    StructureType: "Le type « {id} » est écrit",
    PopulationBand: "La tranche « {id} » est écrite",
    Family: "La famille « {id} » est écrite",
    Category: "La catégorie « {id} » est écrite",
    ReadingRule: "La lecture « {id} » est écrite",
    Case: "Le cas « {id} » est écrit",
    Dimension: "La dimension « {id} » est écrite",
    Axis: "L'axe « {id} » est écrit",
    DeviceKind: "Le type « {id} » est écrit",
    Contradiction: "La contradiction « {id} » est écrite",
    Body: "L'organisme « {id} » est écrit",
    ConditionalSentence: "La phrase « {id} » est écrite",
    TitledProse: "Le bloc « {id} » est écrit",
}


def clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def doubled(file: str, part: Strict) -> Iterator[Finding]:
    """A finding per id or text already in the same list. Options, questions and signs: `_questions`, `_typology`,
    across their file."""
    for path, listed, _ in walk(part):
        seen = set[str]()
        for at, entry in enumerate(listed if isinstance(listed, tuple) else ()):
            said = SAID.get(type(entry))
            name = entry if isinstance(entry, str) else entry.id if said else None
            if name is None:
                continue
            if name in seen and said:
                yield Finding(file, (*path, at, "id"), f"{said.format(id=name)} deux fois.")
            elif name in seen:
                yield Finding(file, (*path, at), f"« {clipped(name)} » est écrit deux fois dans cette liste.")
            seen.add(name)
