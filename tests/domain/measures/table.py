"""The scoring keys once more, written out by hand from the published forms, apart from the catalogue.

`TABLE[id](answers, sex, age)` gives what the form says about answers: total, severity, subscales, flags. The
tests hold the engine and the files against it over every answer there can be, or a great many.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.domain.measures.saying import Answers, Said, add, at, mean, named, over, pick, said, yes
from tests.domain.measures.table_quiet import (
    asrm,
    averaged,
    bsl23,
    dast10,
    ders16,
    edeq,
    edeqs,
    isi,
    screened,
    summed,
    urica,
    wai,
)

FIVE = ((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "moderately_severe"), (20, "severe"))


def phq9(a: Answers, sex: str, age: int | None) -> Said:
    total = add(a[:9])
    high = [value is not None and value >= 2 for value in a[:8]]
    count = sum(high) + (a[8] is not None and a[8] >= 1)
    core = high[0] or high[1]
    return said(
        total,
        named(total, *FIVE),
        pick(
            suicide_risk=yes(a[8]),
            suicide_risk_nearly_daily=a[8] == 3,
            screen_positive=over(total, 10),
            major_depressive_syndrome=core and count >= 5,
            other_depressive_syndrome=core and 2 <= count <= 4 and None not in a[:9],
        ),
    )


def phq2(a: Answers, sex: str, age: int | None) -> Said:
    total = add(a)
    return said(total, named(total, (0, "negative"), (3, "positive")), pick(screen_positive=over(total, 3)))


def phqa(a: Answers, sex: str, age: int | None) -> Said:
    total = add(a[:9])
    return said(
        total,
        named(total, *FIVE),
        pick(suicide_risk=yes(a[8], a[11]), past_attempt=yes(a[12]), screen_positive=over(total, 10)),
    )


def gad7(a: Answers, sex: str, age: int | None) -> Said:
    total = add(a)
    rows = ((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "severe"))
    return said(total, named(total, *rows), pick(screen_positive=over(total, 10), caseness=over(total, 8)))


def audit(a: Answers, sex: str, age: int | None) -> Said:
    rest = list(a)
    if a[0] == 0:
        rest[1:8] = [0 if value is None else value for value in rest[1:8]]
    if a[1] == 0 and a[2] == 0:
        rest[3:8] = [0 if value is None else value for value in rest[3:8]]
    total = add(rest)
    rows = ((0, "low_risk"), (8, "hazardous"), (16, "harmful"), (20, "possible_dependence"))
    severity = named(total, *rows) if age is None or age >= 18 else None
    return said(total, severity, pick(screen_positive=over(total, 8)))


def audit_c(a: Answers, sex: str, age: int | None) -> Said:
    rest = [0 if value is None and a[0] == 0 else value for value in a]
    total = add(rest)
    positive = over(total, 4 if sex == "male" else 3)
    grown = age is None or age >= 18
    severity = ("positive" if positive else "negative") if grown and total is not None else None
    light = rest[1] == 0 and rest[2] == 0
    return said(
        total,
        severity,
        pick(screen_positive=grown and positive, drinks_within_limits=grown and positive and light),
    )


def taps1(a: Answers, sex: str, age: int | None) -> Said:
    names = ("tobacco_use", "alcohol_use", "drug_use", "prescription_use")
    return said(None, None, [name for name, value in zip(names, a, strict=True) if yes(value)])


def cssrs(a: Answers, sex: str, age: int | None) -> Said:
    q1, q2, q3, q4, q5, q6, recent = a
    if q2 == 0:
        q3, q4, q5 = q3 or 0, q4 or 0, q5 or 0
    if q6 == 0:
        recent = recent or 0
    worst = [1 if value is None else value for value in (q1, q2, q3, q4, q5, q6, recent)]
    w1, w2, w3, w4, w5, w6, w7 = worst
    level = "high" if w4 or w5 or w7 else "moderate" if w3 or w6 else "low" if w1 or w2 else "none"
    return said(None, level, pick(suicide_risk=yes(*a), suicide_risk_high=yes(q4, q5, recent)))


def cssrs_since(a: Answers, sex: str, age: int | None) -> Said:
    q1, q2, q3, q4, q5, q6 = a
    if q2 == 0:
        q3, q4, q5 = q3 or 0, q4 or 0, q5 or 0
    w1, w2, w3, w4, w5, w6 = [1 if value is None else value for value in (q1, q2, q3, q4, q5, q6)]
    level = "high" if w4 or w5 or w6 else "moderate" if w3 else "low" if w1 or w2 else "none"
    return said(None, level, pick(suicide_risk=yes(*a), suicide_risk_high=yes(q4, q5, q6)))


def asq(a: Answers, sex: str, age: int | None) -> Said:
    first = a[:4]
    level = "acute_positive" if a[4] == 1 else "positive" if 1 in first or None in first else "negative"
    return said(None, level, pick(suicide_risk=yes(*a), suicide_risk_high=a[4] == 1, declined=None in first))


def bam(a: Answers, sex: str, age: int | None) -> Said:
    use = add(at(a, 4, 5, 6))
    risk = add(at(a, 1, 2, 3, 8, 11, 15))
    protective = add(at(a, 9, 10, 12, 13, 14, 16))
    flags = pick(
        any_use=yes(*at(a, 4, 5, 6)),
        risk_high=over(risk, 12),
        protective_low=protective is not None and protective <= 12,
    )
    return said(None, None, flags, use=use, risk=risk, protective=protective)


def bam_r(a: Answers, sex: str, age: int | None) -> Said:
    found = bam(a, sex, age)
    return {**found, "flags": [flag for flag in found["flags"] if flag == "any_use"]}


def pcl5(a: Answers, sex: str, age: int | None) -> Said:
    total = add(a)
    high = [value is not None and value >= 2 for value in a]
    fits = any(high[:5]) and any(high[5:7]) and sum(high[7:14]) >= 2 and sum(high[14:20]) >= 2
    return said(
        total,
        None,
        pick(screen_positive=over(total, 33), provisional_ptsd=fits),
        intrusion=add(a[:5]),
        avoidance=add(a[5:7]),
        mood=add(a[7:14]),
        arousal=add(a[14:]),
    )


def pcptsd5(a: Answers, sex: str, age: int | None) -> Said:
    total = 0 if a[0] == 0 else add(a[1:])
    return said(total, named(total, (0, "negative"), (3, "positive")), pick(screen_positive=over(total, 3)))


def who5(a: Answers, sex: str, age: int | None) -> Said:
    total = None if None in a else sum(a) * 4
    rows = ((0, "screen_for_depression"), (29, "poor_wellbeing"), (51, "adequate"))
    return said(total, named(total, *rows), pick(screen_positive=total is not None and total <= 28))


def barc10(a: Answers, sex: str, age: int | None) -> Said:
    total = add(a)
    return said(total, named(total, (0, "below_47"), (47, "from_47")))


def mspss(a: Answers, sex: str, age: int | None) -> Said:
    return said(
        mean(a),
        None,
        significant_other=mean(at(a, 1, 2, 5, 10)),
        family=mean(at(a, 3, 4, 8, 11)),
        friends=mean(at(a, 6, 7, 9, 12)),
    )


def core10(a: Answers, sex: str, age: int | None) -> Said:
    total = None if None in a else sum(4 - value if n in (1, 2) else value for n, value in enumerate(a))
    rows = ((0, "below_cutoff"), (11, "clinical"), (25, "severe"))
    return said(total, named(total, *rows), pick(suicide_risk=yes(a[5]), screen_positive=over(total, 11)))


DASS = {
    "depression": (0, 10, 14, 21, 28),
    "anxiety": (0, 8, 10, 15, 20),
    "stress": (0, 15, 19, 26, 34),
}
DASS_NAMES = ("normal", "mild", "moderate", "severe", "extremely_severe")


def dass21(a: Answers, sex: str, age: int | None) -> Said:
    sums = {
        "depression": add(at(a, 3, 5, 10, 13, 16, 17, 21)),
        "anxiety": add(at(a, 2, 4, 7, 9, 15, 19, 20)),
        "stress": add(at(a, 1, 6, 8, 11, 12, 14, 18)),
    }
    doubled = {key: None if value is None else 2 * value for key, value in sums.items()}
    bands = {
        key: named(value, *zip(DASS[key], DASS_NAMES, strict=True))
        for key, value in doubled.items()
        if value is not None
    }
    return {**said(None, None, **doubled), "bands": bands}


def socrates(a: Answers, sex: str, age: int | None) -> Said:
    return said(
        None,
        None,
        recognition=add(at(a, 1, 3, 7, 10, 12, 15, 17)),
        ambivalence=add(at(a, 2, 6, 11, 16)),
        taking_steps=add(at(a, 4, 5, 8, 9, 13, 14, 18, 19)),
    )


def ciwa(a: Answers, sex: str, age: int | None) -> Said:
    total = add(a)
    flags = pick(withdrawal_moderate=over(total, 10), withdrawal_severe=over(total, 19))
    return said(total, named(total, (0, "mild"), (10, "moderate"), (19, "severe")), flags)


def cows(a: Answers, sex: str, age: int | None) -> Said:
    total = add(a)
    rows = ((0, "none"), (5, "mild"), (13, "moderate"), (25, "moderately_severe"), (37, "severe"))
    flags = pick(withdrawal_mild=over(total, 5), withdrawal_moderate=over(total, 13))
    return said(total, named(total, *rows), flags)


def rulers(a: Answers, sex: str, age: int | None) -> Said:
    return said(None, None, importance_score=a[0], confidence_score=a[1], readiness_score=a[2])


def pulse(a: Answers, sex: str, age: int | None) -> Said:
    return said(add(a), None, pick(low_answer=any(value is not None and value <= 1 for value in a)))


def selfharm(a: Answers, sex: str, age: int | None) -> Said:
    flags = pick(suicide_risk=yes(a[5]), medical_care=yes(a[4]), self_harm=yes(a[2], a[3]))
    return said(None, None, flags, urge_score=a[0], act_days_score=a[2], acts_score=a[3])


def eating(a: Answers, sex: str, age: int | None) -> Said:
    names = ("skipped_days", "loss_of_control_days", "vomiting_days", "pills_days", "exercise_days")
    danger = yes(a[5], a[6]) or yes(a[2], least=5)
    return said(None, None, pick(medical_same_day=danger), **dict(zip(names, a, strict=False)))


def satisfaction(a: Answers, sex: str, age: int | None) -> Said:
    return said(mean(a[:6]), None)


TABLE: dict[str, Callable[[Answers, str, int | None], Said]] = {
    "asq": asq,
    "asrm": asrm,
    "audit": audit,
    "audit-c": audit_c,
    "bam": bam,
    "bam-iop": bam,
    "bam-r": bam_r,
    "barc-10": barc10,
    "bsl-23": bsl23,
    "cia": screened(16),
    "ciwa-ar": ciwa,
    "core-10": core10,
    "cows": cows,
    "cssrs-screen": cssrs,
    "cssrs-since-last": cssrs_since,
    "dass-21": dass21,
    "dast-10": dast10,
    "ders-16": ders16,
    "eating-log": eating,
    "ed-15": averaged,
    "ede-q": edeq,
    "ede-qs": edeqs,
    "gad-7": gad7,
    "gcs": averaged,
    "isi": isi,
    "mspss": mspss,
    "pc-ptsd-5": pcptsd5,
    "pcl-5": pcl5,
    "pcl-5-week": pcl5,
    "phq-2": phq2,
    "phq-9": phq9,
    "phq-a": phqa,
    "promis-depression-4a": summed,
    "promis-depression-8a": summed,
    "rulers": rulers,
    "satisfaction-6": satisfaction,
    "scoff": screened(2),
    "sds-dependence": summed,
    "selfharm-log": selfharm,
    "session-pulse": pulse,
    "socrates-8a": socrates,
    "socrates-8d": socrates,
    "taps-1": taps1,
    "urica": urica,
    "wai-sr": wai,
    "who-5": who5,
    "whodas-12": summed,
}
