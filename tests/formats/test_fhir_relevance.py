"""What counts as mental health or substance use, with the code or the words that decided it."""

from __future__ import annotations

import pytest

from openiop.formats.fhir.datatypes import Code, Concept, Relevance
from openiop.formats.fhir.relevance import judge

ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
ICD9 = "http://hl7.org/fhir/sid/icd-9-cm"
SNOMED = "http://snomed.info/sct"


@pytest.mark.parametrize(
    ("words", "relevance"),
    [
        ("Major depressive disorder, recurrent", Relevance.BEHAVIORAL),
        ("Alcohol use disorder, severe", Relevance.BEHAVIORAL),
        ("Opioid dependence", Relevance.BEHAVIORAL),
        ("Drug overdose", Relevance.BEHAVIORAL),
        ("Suicide Risk Assessment", Relevance.BEHAVIORAL),
        ("Child attention deficit disorder", Relevance.BEHAVIORAL),
        ("Generalized anxiety disorder", Relevance.BEHAVIORAL),
        ("Anorexia nervosa, restricting type", Relevance.BEHAVIORAL),
        ("Trastorno depresivo mayor", Relevance.BEHAVIORAL),
        ("Adicción a opiáceos", Relevance.BEHAVIORAL),
        ("Smokes tobacco daily", Relevance.RELATED),
        ("smoking cessation therapy", Relevance.RELATED),
        ("Counseling", Relevance.RELATED),
        ("Coping Support Management", Relevance.RELATED),
        ("Alcoholic liver disease", Relevance.RELATED),
        ("Autistic spectrum disorder", Relevance.RELATED),
        ("Respiratory depression", Relevance.OTHER),
        ("ST depression on ECG", Relevance.OTHER),
        ("Depressed skull fracture", Relevance.OTHER),
        ("Loss of appetite (anorexia)", Relevance.OTHER),
        ("Prediabetes", Relevance.OTHER),
        ("Sprain of ankle", Relevance.OTHER),
        ("", Relevance.OTHER),
    ],
)
def test_words_decide_where_no_code_does(words: str, relevance: Relevance) -> None:
    assert judge(Concept(text=words)).relevance is relevance


@pytest.mark.parametrize(
    ("system", "code", "relevance"),
    [
        (ICD10, "F33.1", Relevance.BEHAVIORAL),
        (ICD10, "F1020", Relevance.BEHAVIORAL),
        (ICD10, "F50.01", Relevance.BEHAVIORAL),
        (ICD10, "F90.0", Relevance.BEHAVIORAL),
        (ICD10, "R45.851", Relevance.BEHAVIORAL),
        (ICD10, "T14.91XA", Relevance.BEHAVIORAL),
        (ICD10, "T43.212A", Relevance.BEHAVIORAL),
        (ICD10, "X78.9", Relevance.BEHAVIORAL),
        (ICD10, "F17.210", Relevance.RELATED),
        (ICD10, "F84.0", Relevance.RELATED),
        (ICD10, "F03.90", Relevance.RELATED),
        (ICD10, "T43.211A", Relevance.OTHER),
        (ICD10, "T43.221A", Relevance.OTHER),
        (ICD10, "T39.92XA", Relevance.BEHAVIORAL),
        (ICD10, "E11.9", Relevance.OTHER),
        (ICD9, "303.90", Relevance.BEHAVIORAL),
        (ICD9, "250.00", Relevance.OTHER),
        (SNOMED, "7200002", Relevance.BEHAVIORAL),
        (SNOMED, "44465007", Relevance.OTHER),
        ("urn:local", "F33.1", Relevance.OTHER),
    ],
)
def test_a_code_decides_without_any_words(system: str, code: str, relevance: Relevance) -> None:
    judgement = judge(Concept(text="", codes=(Code(system, code),)))
    assert judgement.relevance is relevance
    assert (code in judgement.because) is (relevance is not Relevance.OTHER)


def test_the_strongest_of_several_concepts_counts_and_says_why() -> None:
    judgement = judge(Concept("Counseling"), Concept("Panic disorder"), Concept("Asthma"))
    assert (judgement.relevance, judgement.because) == (Relevance.BEHAVIORAL, "“panic”")
