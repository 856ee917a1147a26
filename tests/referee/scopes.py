"""Scope rules: CEL text beside the Python predicate that means the same (DOMAIN.md, "Words": scope rule).

A rule is looked up by its exact text; there is no CEL parser here. Each predicate takes a `Record`. `CORE` rules use
only columns that every roster has; `OPTIONAL` rules need employment, location and labels; `MANAGER` rules use the
manager. `history.py` picks from these lists, the worked cases use `CORE[0]`.
"""

import re

ENGINEER = re.compile(r"(?i)\b(engineer|developer)\b")
LEADER = re.compile(r"(?i)\b(manager|director)\b")


def engineer(record):
    """The title has the word engineer or developer."""
    return bool(ENGINEER.search(record.title))


def leader(record):
    """The title has the word manager or director."""
    return bool(LEADER.search(record.title))


CEL_ENGINEER = r'title.matches("(?i)\\b(engineer|developer)\\b")'
CEL_LEADER = r'title.matches("(?i)\\b(manager|director)\\b")'

CORE = [
    (f'"Development" in departments && {CEL_ENGINEER} && !{CEL_LEADER}',
     lambda r: "Development" in r.departments and engineer(r) and not leader(r)),
    ('"Development" in departments || "Platform" in departments',
     lambda r: "Development" in r.departments or "Platform" in r.departments),
    (f'{CEL_ENGINEER} || {CEL_LEADER}',
     lambda r: engineer(r) or leader(r)),
    ('title.contains("Engineer") && !("Sales" in departments)',
     lambda r: "Engineer" in r.title and "Sales" not in r.departments),
    (f'departments.exists(d, d == "Platform" || d == "Development") && {CEL_ENGINEER}',
     lambda r: any(d in ("Platform", "Development") for d in r.departments) and engineer(r)),
    ('title != "Recruiter" && title != "Account Executive"',
     lambda r: r.title not in ("Recruiter", "Account Executive")),
]

OPTIONAL = [
    (f'{CEL_ENGINEER} && employment == "employee"',
     lambda r: engineer(r) and r.employment == "employee"),
    ('"Development" in departments && employment != "contractor"',
     lambda r: "Development" in r.departments and r.employment != "contractor"),
    (f'{CEL_ENGINEER} && location in ["Berlin", "Lisbon"]',
     lambda r: engineer(r) and r.location in ("Berlin", "Lisbon")),
    (f'"on-call" in labels || ({CEL_ENGINEER} && !("exempt" in labels))',
     lambda r: "on-call" in r.labels or (engineer(r) and "exempt" not in r.labels)),
]

MANAGER = [
    (f'{CEL_ENGINEER} && manager != "P002"',
     lambda r: engineer(r) and r.manager_id != "P002"),
    (f'{CEL_ENGINEER} || manager == "P001"',
     lambda r: engineer(r) or r.manager_id == "P001"),
]

PREDICATES = dict(CORE + OPTIONAL + MANAGER)
