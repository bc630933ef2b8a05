"""Checks of `abroad.yaml` and `abroad_fr.yaml`: what they name exists, both keep the same silences, and what has
no words yet.

The first are faults, like any other of the definitions; the second is told to the author and harms nothing: the page
leaves out what it cannot say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selfassess.authoring.checks.condition_checks import CheckedEdition, Finding
from selfassess.authoring.checks.placeholders import texts_of
from selfassess.core.definition.condition import Ask, leaves
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.partner_texts import (
    PartnerAnswers,
    PartnerAxes,
    PartnerLanguage,
    PartnerPageTexts,
    PartnerWords,
)
from selfassess.core.definition.questionnaire import Option, Question
from selfassess.core.definition.report_texts import BLANK
from selfassess.core.definition.strict import KeyPath
from selfassess.core.report.partner_page import abroad_file

IN_FRENCH = {"en": "d'anglais", "fr": "de français"}


def check_abroad(definitions: Definitions) -> Iterator[Finding]:
    """Ids that no edition knows, answers placed twice, categories of the Milan Pact that are none, blanks left out;
    what one language tells and the other does not."""
    known = _known(definitions)
    for language, texts in definitions.abroad.items():
        yield from _check_one(definitions, language, texts, known)
    yield from _told_apart(definitions)


def _check_one(
    definitions: Definitions, language: PartnerLanguage, texts: PartnerPageTexts, known: dict[str, list[Question]]
) -> Iterator[Finding]:
    file = abroad_file(definitions, language)
    if texts.language != language:
        yield Finding(file, ("language",), f"Ce fichier est celui de la page « {language} ».")

    def unknown(path: KeyPath, word: str, noun: str, among: Iterable[str]) -> Iterator[Finding]:
        if word not in (found := tuple(among)):
            yield Finding(file, path, f"{noun} « {word} » n'existe pas.", word, found)

    for path, line in _lines(texts):
        yield from unknown((*path, "question"), line.question, "La question", known)
        if line.question in known:
            answers = {option.id for one in known[line.question] for option in one.options}
            for name in (*line.say, *line.silent):
                yield from unknown((*path, "say", name), name, "La réponse", answers)
    for path, words, ids in _names(definitions, texts):
        for name in (*words.say, *words.silent):
            yield from unknown((*path, "say", name), name, "L'identifiant", ids)
    yield from _said_and_silent(definitions, texts, file)
    for path, category in _categories(definitions, texts):
        yield from unknown(path, category, "La catégorie du Pacte de Milan", texts.milan.categories)
    yield from unknown(("milan", "source"), texts.milan.source, "La source", definitions.sources)
    yield from _conditions(texts, file, known)
    yield from _blanks(texts, file)


def _parts(definitions: Definitions, texts: PartnerPageTexts) -> list[tuple[KeyPath, PartnerWords | PartnerAxes]]:
    return [*_lines(texts), *((path, words) for path, words, _ in _names(definitions, texts))]


def _told_apart(definitions: Definitions) -> Iterator[Finding]:
    """The page in French says the same as the one in English: what one leaves out on purpose, the other does."""
    english = dict(_parts(definitions, definitions.abroad["en"]))
    for path, part in _parts(definitions, definitions.abroad["fr"]):
        other = english.get(path)
        if other is None or set(part.silent) != set(other.silent):
            yield Finding(
                abroad_file(definitions, "fr"), path, "La page en anglais ne tait pas les mêmes réponses ici."
            )


def _said_and_silent(definitions: Definitions, texts: PartnerPageTexts, file: str) -> Iterator[Finding]:
    for path, part in _parts(definitions, texts):
        for name in (name for name in part.say if name in part.silent):
            yield Finding(file, (*path, "silent"), f"« {name} » est à la fois sous « say » et sous « silent ».")


def untranslated(definitions: Definitions) -> list[Finding]:
    """Answers and devices of the editions in use or to come that are neither said nor silent, in either language."""
    return [one for language in definitions.abroad for one in _unsaid(definitions, language)]


def _unsaid(definitions: Definitions, language: PartnerLanguage) -> Iterator[Finding]:
    texts, file, noun = definitions.abroad[language], abroad_file(definitions, language), IN_FRENCH[language]
    newest = CheckedEdition(definitions, definitions.current).newest
    for path, line in _lines(texts):
        asked = [one.questionnaire.every[line.question] for one in newest if line.question in one.questionnaire.every]
        options = dict.fromkeys(option.id for one in asked for option in one.options if not option.unknown)
        for name in options:
            if name not in line.say and name not in line.silent:
                message = f"La réponse « {name} » de « {line.question} » n'a pas {noun} : ajoutez-la sous « say », "
                yield Finding(file, (*path, "say"), f"{message}ou sous « silent » pour la taire.")
    for path, words, ids in _names(definitions, texts):
        for name in ids:
            if name not in words.say and name not in words.silent:
                message = f"« {name} » n'a pas {noun} : ajoutez-le sous « say », ou sous « silent » pour le taire."
                yield Finding(file, (*path, "say"), message)
    for part, axes in (("axes", texts.axes), ("feed", texts.feed)) if language == "en" else ():
        for name in (name for name, axis in axes.say.items() if axis.text is None):
            yield Finding(file, (part, "say", name), f"L'axe « {name} » n'a pas {noun} : ajoutez-le sous « text ».")


def _known(definitions: Definitions) -> dict[str, list[Question]]:
    """The questions of every edition, by id: the page is one for all of them."""
    found: dict[str, list[Question]] = {}
    for edition in definitions.editions.values():
        for name, question in edition.questionnaire.every.items():
            found.setdefault(name, []).append(question)
    return found


def _lines(texts: PartnerPageTexts) -> list[tuple[KeyPath, PartnerAnswers | PartnerAxes]]:
    listed: list[tuple[KeyPath, tuple[PartnerAnswers, ...]]] = [
        (("place",), texts.place),
        (("who",), texts.who),
        (("wants",), texts.wants),
        (("links", "facts"), texts.links.facts),
        (("links", "after"), texts.links.after),
    ]
    several = [((*path, at), line) for path, lines in listed for at, line in enumerate(lines)]
    return [*several, (("axes",), texts.axes), (("feed",), texts.feed), (("working_language",), texts.working_language)]


def _names(definitions: Definitions, texts: PartnerPageTexts) -> list[tuple[KeyPath, PartnerWords, list[str]]]:
    """Names of what is no answer to an ordinary question: kinds of structure, bands of population, devices."""
    places = [one.questionnaire.territory for one in definitions.editions.values()]
    return [
        (("types",), texts.types, list(dict.fromkeys(kind.id for one in places for kind in one.types))),
        (("bands",), texts.bands, list(dict.fromkeys(band.id for one in places for band in one.bands))),
        (("devices",), texts.devices, [one.id for one in definitions.devices]),
    ]


def _categories(definitions: Definitions, texts: PartnerPageTexts) -> Iterator[tuple[KeyPath, str]]:
    for name, axes in (("axes", texts.axes), ("feed", texts.feed)):
        for option, axis in axes.say.items():
            yield from (((name, "say", option, "also"), one) for one in axis.also)
            for one in _options(definitions, axes.question, option):
                if one.mufpp:
                    yield (name, "say", option), one.mufpp


def _options(definitions: Definitions, question: str, option: str) -> Iterator[Option]:
    for one in _known(definitions).get(question, ()):
        if option in one.by_option:
            yield one.by_option[option]


def _conditions(texts: PartnerPageTexts, file: str, known: dict[str, list[Question]]) -> Iterator[Finding]:
    conditions = [(("lead_when", at, "when"), one.when) for at, one in enumerate(texts.lead_when)]
    for path, condition in [*conditions, *([(("links", "unless"), texts.links.unless)] if texts.links.unless else [])]:
        for leaf in leaves(condition):
            node = leaf.node
            if not isinstance(node, Ask) or node.question not in known:
                message = "Cette condition porte sur une question qui n'existe pas, ou n'est pas admise ici."
                yield Finding(file, (*path, *leaf.path), message)
                continue
            answers = tuple(option.id for one in known[node.question] for option in one.options)
            for name in node.in_ or ():
                if name not in answers:
                    message = f"La réponse « {name} » n'existe pas."
                    yield Finding(file, (*path, *leaf.path, "in"), message, name, answers)


def _blanks(texts: PartnerPageTexts, file: str) -> Iterator[Finding]:
    for path, text, blanks in texts_of(texts):
        for name in blanks.names if blanks.needed else ():
            if f"{{{name}}}" not in text:
                yield Finding(file, path, f"Ce texte doit contenir « {{{name}}} ».")
        for name in BLANK.findall(text):
            if name not in blanks.names:
                yield Finding(file, path, f"« {{{name}}} » ne se remplit pas ici.", name, blanks.names)
