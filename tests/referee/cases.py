"""Runs the worked cases: computes what each expected-*.csv asks for and compares."""

import csv
from datetime import date
from pathlib import Path

from files import load, requirement_rows, status_rows, table_rows
from rules import Record, Refusal, Row, Workforce


def expected_rows(path):
    """The rows of an expected file, without its header."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def in_order(values):
    """The distinct values in the order they first stand there."""
    return list(dict.fromkeys(values))


def computed_status(world, expected):
    """The status of the persons and days that the case names."""
    return [row for day, person, *_ in expected for row in status_rows(world, date.fromisoformat(day), [person])]


def computed_requirements(world, expected):
    """All requirements of the periods that the case names."""
    periods = in_order((row[0], row[1]) for row in expected)
    return [row for a, b in periods for row in requirement_rows(world, date.fromisoformat(a), date.fromisoformat(b))]


def computed_table(world, expected):
    """The whole table of the days that the case names."""
    [campaign] = world.campaigns
    return [row for day in in_order(row[0] for row in expected)
            for row in table_rows(world, campaign, date.fromisoformat(day))]


COMPUTED = {"expected-status.csv": computed_status, "expected-requirements.csv": computed_requirements,
            "expected-table.csv": computed_table}


def check_case(folder):
    """Differences of one case as lines; none is a pass."""
    world, wrong = load(folder), []
    files = sorted(folder.glob("expected-*.csv"))
    if not files:
        wrong.append(f"{folder.name}: nothing is expected")
    for path in files:
        expected = expected_rows(path)
        computed = COMPUTED[path.name](world, expected)
        wrong += [f"{folder.name}/{path.name}: expected, not computed: {','.join(row)}"
                  for row in expected if row not in computed]
        wrong += [f"{folder.name}/{path.name}: computed, not expected: {','.join(row)}"
                  for row in computed if row not in expected]
        if not wrong and computed != expected:
            wrong.append(f"{folder.name}/{path.name}: another order")
    return wrong


def refused(workforce, on, ids, **options):
    """Whether an import of these ids is refused."""
    rows = [Row(i, Record("Engineer", ("Development",), ""), None) for i in ids]
    try:
        workforce.import_snapshot(on, rows, **options)
        return False
    except Refusal:
        return True


def check_refusals():
    """The refusals of "Employment from roster snapshots", which no worked case shows."""
    twenty = [f"E{n:02}" for n in range(20)]
    workforce = Workforce()
    first, second = date(2020, 1, 1), date(2020, 2, 1)
    checks = [
        ("a first import is taken", not refused(workforce, first, twenty)),
        ("exactly a tenth is taken", not refused(workforce, second, twenty[:18])),
        ("an earlier one is refused", refused(workforce, first, twenty)),
        ("the same day again is taken", not refused(workforce, second, twenty[:18])),
        ("more than a tenth is refused", refused(workforce, second, twenty[:16])),
        ("and kept nothing", all(workforce.current(i) for i in twenty[:18])),
        ("unless told otherwise", not refused(workforce, second, twenty[:16], allow_mass_end=True)),
        ("a duplicate is refused", refused(workforce, second, twenty[:16] + ["E00"])),
        ("an empty id is refused", refused(workforce, second, twenty[:16] + [""])),
    ]
    return [f"refusals: not so: {name}" for name, right in checks if not right]


def run(folder):
    """Runs all cases of a folder; prints what differs; True if nothing does."""
    wrong, folders = check_refusals(), sorted(path for path in Path(folder).iterdir() if path.is_dir())
    for case in folders:
        differences = check_case(case)
        print(f"{'ok    ' if not differences else 'WRONG '} {case.name}")
        wrong += differences
    for line in wrong:
        print(line)
    print(f"{len(folders)} cases, {len(wrong)} differences")
    return bool(folders) and not wrong
