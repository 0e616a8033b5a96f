"""Does an item speak of mental health or substance use? Codes decide first, then words.

Codes: ICD-10-CM chapter 5 and the self-harm codes outside it, ICD-9-CM 290-319, and the SNOMED CT
concepts listed below. Words: stems in English and Spanish, read without accents and only at the start
of a word. The answer always carries the code or the words that decided it, and it only sorts what a
person reads first: nothing is left out because of it.
"""

from __future__ import annotations

import re
import unicodedata

from openiop.formats.fhir.datatypes import Concept, Judgement, Relevance

_SNOMED = ("http://snomed.info/sct", "urn:oid:2.16.840.1.113883.6.96")

_SNOMED_BEHAVIORAL = frozenset(
    [
        "370143000",
        "36923009",
        "35489007",
        "7200002",
        "66590003",
        "15167005",
        "55680006",
        "192127007",
        "406506008",
        "47505003",
        "21897009",
        "197480006",
        "371631005",
        "13746004",
        "58214004",
        "56882008",
        "78004001",
        "72366004",
        "75544000",
        "5602001",
        "191736004",
        "82313006",
        "6471006",
        "248062006",
        "20010003",
        "74732009",
        "66214007",
        "26416006",
        "6525002",
    ]
)

# Each row: a pattern over the code without its dot, and what it means.
_ICD10: tuple[tuple[str, Relevance], ...] = (
    (r"F0[1-9]", Relevance.RELATED),
    (r"F17", Relevance.RELATED),
    (r"F(7[0-9]|8[0-9])", Relevance.RELATED),
    (r"F(1[0-9]|[2-6][0-9]|9[0-9])", Relevance.BEHAVIORAL),
    (r"R4585|T1491|Z915", Relevance.BEHAVIORAL),
    (r"X(7[1-9]|8[0-3])", Relevance.BEHAVIORAL),
    # Poisoning on purpose: the sixth character says so, or the fifth where X follows.
    (r"T(3[6-9]|4[0-9]|50)(..2|.2X)", Relevance.BEHAVIORAL),
    (r"T40", Relevance.BEHAVIORAL),
)
_ICD9 = re.compile(r"(29[0-9]|30[0-9]|31[0-9])(\.?\d{0,2})")

# Words that look like ours and are not: the breath, the heart trace and the skull can be "depressed" too.
_NOT_OURS = re.compile(
    r"(respiratory|st|st segment|bone marrow|marrow|immune|myocardial|cns) depress\w*"
    r"|depress\w* (fracture|skull)|tongue depress\w*|alcohol (swab|wipe|pad)|foetal alcohol|fetal alcohol"
)

_BEHAVIORAL = re.compile(
    r"\b("
    r"depress|depresi|dysthym|suicid|self[ -]?harm|self[ -]?injur|self[ -]?inflict|autolesi"
    r"|psych|psiqui|psico|schizo|esquizo|bipolar|mania\b|manic\b|hypomani|anxi|ansied|panic\b|panico\b"
    r"|phobi|fobia|post[ -]?traumatic|ptsd|obsessive|bulimi|binge eating|anorexia nervosa|eating disorder"
    r"|trastorno (alimentario|mental|bipolar|depresivo)|personality disorder|dissociat|somatoform"
    r"|adjustment disorder|stress disorder|hallucinat|delusion|homicidal"
    r"|mental (health|disorder|illness|status)|salud mental"
    r"|attention[ -]deficit|adhd\b|hyperactivity|conduct disorder|oppositional defiant"
    r"|alcoholi(sm|c dependence)|alcoholism|alcohol (use|abuse|depend|misuse|intoxic|withdraw|addict|rehab)"
    r"|alcohol[ -]induced|dependencia del alcohol"
    r"|(drug|substance|opioid|opiate|cocaine|cannabis|marijuana|stimulant|amphetamine|methamphetamine"
    r"|benzodiazepine|sedative|inhalant|hallucinogen|polysubstance)s?[ -]"
    r"(use\b|abuse|addict|depend|overdose|misuse|rehab|detox|intoxic|withdraw|related|induced)"
    r"|heroin|addict|adiccion|drogadic|overdos|sobredosis|detoxifi|harmful use|gambling"
    r")"
)
_RELATED = re.compile(
    r"\b("
    r"smok|tobacco|tabaco|nicotin|alcohol|counsel|consejer|coping|cognitive behav|cognitive[ -]therap|behavio|"
    r"mindful|relaxation|stress\b|insomni|sleep disorder|dementia|autis|intellectual disab|grief|bereave"
    r"|domestic violence|homeless"
    r")"
)


def judge(*concepts: Concept) -> Judgement:
    """The strongest judgement over one or several concepts of the same item."""
    judgements = [judgement for concept in concepts for judgement in _judgements(concept)]
    for wanted in (Relevance.BEHAVIORAL, Relevance.RELATED):
        for judgement in judgements:
            if judgement.relevance is wanted:
                return judgement
    return Judgement()


def _judgements(concept: Concept) -> list[Judgement]:
    found = [_by_code(code.system.lower(), code.code) for code in concept.codes]
    wordings = dict.fromkeys([concept.text, *(code.display for code in concept.codes)])
    return [*found, *(_by_words(words) for words in wordings)]


def _by_code(system: str, code: str) -> Judgement:
    if system in _SNOMED:
        known = code in _SNOMED_BEHAVIORAL
        return Judgement(Relevance.BEHAVIORAL, f"SNOMED CT {code}") if known else Judgement()
    if "icd-10" in system or system.endswith("113883.6.90"):
        bare = code.upper().replace(".", "")
        for pattern, relevance in _ICD10:
            if re.match(pattern, bare):
                return Judgement(relevance, f"ICD-10-CM {code}")
    if ("icd-9" in system or system.endswith("113883.6.103")) and _ICD9.fullmatch(code):
        return Judgement(Relevance.BEHAVIORAL, f"ICD-9-CM {code}")
    return Judgement()


def _by_words(words: str) -> Judgement:
    folded = unicodedata.normalize("NFKD", words.lower())
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    folded = _NOT_OURS.sub(" ", folded)
    for pattern, relevance in ((_BEHAVIORAL, Relevance.BEHAVIORAL), (_RELATED, Relevance.RELATED)):
        match = pattern.search(folded)
        if match:
            return Judgement(relevance, f"“{match.group(0)}”")
    return Judgement()
