"""The rules of DOMAIN.md in plain Python: a second, independent implementation, written to be believed, not to be fast.

Every function says which section of DOMAIN.md it is. Days are `datetime.date`; intervals `[a, b)` leave `b` out.
`None` stands for "open" as an end, for "no due date" as a due date.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta

from scopes import PREDICATES

STRENGTHS = ["attested", "acknowledged", "completed", "assessed"]  # "Words": strength, weakest first
DAY = timedelta(days=1)
HORIZON = date(2025, 1, 31)  # the walk day by day stops here; no question may lie after it


class Refusal(Exception):
    """An import that is not made; nothing of it is kept."""


# ---------------------------------------------------------------- what is known


@dataclass(frozen=True)
class Record:
    """The attributes of one person, as one row of a roster gives them."""

    title: str
    departments: tuple
    manager_id: str
    employment: str = ""
    location: str = ""
    labels: tuple = ()


@dataclass(frozen=True)
class Row:
    """One row of a roster file."""

    employee_id: str
    record: Record
    start_date: date | None


@dataclass
class Spell:
    """One employment `[start, end)`. "Before E" is kept as `start = E`: days before E do not count.

    `records` are (day of the import, record) in the order they were recorded.
    """

    start: date
    end: date | None = None
    records: list = field(default_factory=list)

    def holds(self, day):
        """Employed on `day` by this spell."""
        return self.start <= day and (self.end is None or day < self.end)

    def record(self, day):
        """The record in force: greatest start <= day, of equal starts the one recorded later.

        The first record holds from the spell's start, a later one from max(E, start).
        """
        found, found_start = None, None
        for index, (imported, record) in enumerate(self.records):
            start = self.start if index == 0 else max(imported, self.start)
            if start <= day and (found is None or start >= found_start):
                found, found_start = record, start
        return found


@dataclass(frozen=True)
class Version:
    """One version of a control. `since` is None for the first: it holds from the beginning."""

    since: date | None
    scope: str
    every_months: int | None  # None: cadence fiscal_year
    fiscal_year_starts: tuple  # (month, day)
    new_hire_days: int
    return_days: int
    accepts: str
    full: str
    refresher: str


@dataclass(frozen=True)
class Completion:
    course: str
    on: date
    strength: str


@dataclass(frozen=True)
class ExceptionRow:
    """A release from `first` to `last`, both included; `last` None is open."""

    control: str
    first: date
    last: date | None


@dataclass(frozen=True)
class Attestation:
    manager_id: str
    campaign: str
    count: int
    on: date


@dataclass(frozen=True)
class Campaign:
    id: str
    counts_since: date


# ---------------------------------------------------------------- Employment from roster snapshots


class Workforce:
    """Employment from roster snapshots."""

    def __init__(self):
        self.spells = {}  # employee_id -> [Spell], in the order they were recorded
        self.latest_import = None

    def current(self, employee_id):
        """The person's spell that no import has ended yet (perhaps one that begins in the future), or None."""
        spells = self.spells.get(employee_id, [])
        return spells[-1] if spells and spells[-1].end is None else None

    def import_snapshot(self, on, rows, allow_mass_end=False):
        """Takes one whole snapshot that holds on `on`, or refuses it and keeps nothing of it."""
        self.check_rows(rows)
        if self.latest_import is not None and on < self.latest_import:
            raise Refusal(f"{on} is before the latest import, {self.latest_import}")
        gone = self.missing_from(rows)
        current = [e for e in self.spells if self.current(e)]
        if len(gone) * 10 > len(current) and not allow_mass_end:
            raise Refusal(f"would end {len(gone)} of {len(current)} spells")
        for employee_id in gone:
            self.current(employee_id).end = on
        for row in rows:
            self.take_row(on, row)
        self.latest_import = on

    def check_rows(self, rows):
        """A duplicate or empty employee_id refuses the whole file."""
        seen = set()
        for row in rows:
            if row.employee_id == "" or row.employee_id in seen:
                raise Refusal(f"empty or duplicate employee_id {row.employee_id!r}")
            seen.add(row.employee_id)

    def missing_from(self, rows):
        """Employed before, not in the file."""
        present = {row.employee_id for row in rows}
        return [e for e in self.spells if self.current(e) and e not in present]

    def take_row(self, on, row):
        """A spell starts, or the attributes of the current one differ, or nothing changes."""
        spell = self.current(row.employee_id)
        if spell is None:
            # start_date if there is one; on the very first import "before E", which counts from E; else E
            start = row.start_date or on
            self.spells.setdefault(row.employee_id, []).append(Spell(start, None, [(on, row.record)]))
            return
        if row.start_date is not None and spell.start > on:
            spell.start = row.start_date  # not yet begun: the start may still move; once begun it is ignored
        if spell.records[-1][1] != row.record:
            spell.records.append((on, row.record))

    def spell_on(self, employee_id, day):
        """The spell that holds on `day`, or None; of several the one recorded last."""
        for spell in reversed(self.spells.get(employee_id, [])):
            if spell.holds(day):
                return spell
        return None

    def employed(self, employee_id, day):
        """Employed on `day`."""
        return self.spell_on(employee_id, day) is not None

    def record(self, employee_id, day):
        """The record in force on `day` of somebody employed on `day`, else None."""
        spell = self.spell_on(employee_id, day)
        return spell.record(day) if spell else None


# ---------------------------------------------------------------- dates


def add_months(day, months):
    """The same day so many months later, or that month's last day where there is none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def fiscal_year(day, starts):
    """The fiscal year that contains `day`, named by the calendar year in which it starts."""
    return day.year if (day.month, day.day) >= starts else day.year - 1


def fiscal_year_end(year, starts):
    """The last day of the fiscal year that starts in calendar year `year`."""
    return date(year + 1, *starts) - DAY


def next_due(last, version):
    """`next(last)`: "What is due", both cadences."""
    if version.every_months is not None:
        return add_months(last, version.every_months)
    return fiscal_year_end(fiscal_year(last, version.fiscal_year_starts) + 1, version.fiscal_year_starts)


def move_by_leaves(due, leaves, return_days):
    """"Leave moves it". `leaves` are (from, to) pairs, to None being open; None is no due date."""
    back = timedelta(days=return_days)
    for start, to in sorted(leaves, key=lambda leave: leave[0]):
        if start > due:
            continue
        if to is None:
            return None
        if to > due - back:
            due = max(due, to + back)
    return due


# ---------------------------------------------------------------- the world and its questions


@dataclass
class World:
    """All that is known about one control, and every question of DOMAIN.md about it."""

    control: str
    versions: list  # in the order they were applied
    workforce: Workforce
    completions: dict = field(default_factory=dict)  # employee_id -> [Completion]
    leaves: dict = field(default_factory=dict)  # employee_id -> {from: to}
    exceptions: dict = field(default_factory=dict)  # employee_id -> [ExceptionRow]
    attestations: list = field(default_factory=list)  # in the order they were recorded
    campaigns: dict = field(default_factory=dict)  # id -> Campaign
    remembered_versions: dict = field(default_factory=dict)
    remembered_runs: dict = field(default_factory=dict)
    remembered_scopes: dict = field(default_factory=dict)

    # ---- In scope, and since when

    def people(self):
        """Everybody who ever had a row in an imported roster."""
        return sorted(self.workforce.spells)

    def version(self, day):
        """The control version in force on `day`: greatest effective date <= day, of equals the one applied later."""
        if day not in self.remembered_versions:
            found = None
            for index, version in enumerate(self.versions):
                since = date.min if index == 0 else version.since
                if since <= day and (found is None or since >= found[0]):
                    found = (since, version)
            self.remembered_versions[day] = found[1]
        return self.remembered_versions[day]

    def scope_says(self, scope, record):
        """What the scope rule says of a record (remembered: rule and record never change)."""
        if (scope, record) not in self.remembered_scopes:
            self.remembered_scopes[scope, record] = PREDICATES[scope](record)
        return self.remembered_scopes[scope, record]

    def in_scope_afresh(self, employee_id, day):
        """Employed on the day, and the rule version in force is true of the record in force."""
        record = self.workforce.record(employee_id, day)
        return record is not None and self.scope_says(self.version(day).scope, record)

    def runs(self, employee_id):
        """Every unbroken run of in-scope days as (first, last), found by walking all days up to the horizon."""
        if employee_id not in self.remembered_runs:
            runs, first = [], None
            day = min(spell.start for spell in self.workforce.spells[employee_id])
            while day <= HORIZON:
                inside = self.in_scope_afresh(employee_id, day)
                if inside and first is None:
                    first = day
                if not inside and first is not None:
                    runs.append((first, day - DAY))
                    first = None
                day += DAY
            if first is not None:
                runs.append((first, HORIZON))
            self.remembered_runs[employee_id] = runs
        return self.remembered_runs[employee_id]

    def run_on(self, employee_id, day):
        """The run that contains `day`, or None."""
        if day > HORIZON:
            raise ValueError(f"{day} lies after {HORIZON}, where the walk stops")
        return next((run for run in self.runs(employee_id) if run[0] <= day <= run[1]), None)

    def in_scope(self, employee_id, day):
        """In scope on `day`."""
        return self.run_on(employee_id, day) is not None

    def entry(self, employee_id, day):
        """`entry(D)`: the first day of the unbroken run of in-scope days that contains `day`."""
        return self.run_on(employee_id, day)[0]

    # ---- What is due

    def full_dates(self, employee_id, day):
        """Dates <= day of full courses of an accepted strength, by the settings in force on `day`."""
        version = self.version(day)
        return [c.on for c in self.completions.get(employee_id, ())
                if c.on <= day and c.course == version.full and strong_enough(c, version)]

    def accepted_dates(self, employee_id, day):
        """Dates <= day of accepted completions: a refresher only on or after an accepted full course."""
        version = self.version(day)
        fulls = self.full_dates(employee_id, day)
        refreshers = [c.on for c in self.completions.get(employee_id, ())
                      if c.on <= day and c.course == version.refresher and strong_enough(c, version)
                      and any(full <= c.on for full in fulls)]
        return sorted(fulls + refreshers)

    def last(self, employee_id, day):
        """`last`: the date of the latest accepted completion dated <= day, or None."""
        dates = self.accepted_dates(employee_id, day)
        return dates[-1] if dates else None

    def leave_pairs(self, employee_id):
        """The person's leaves as (from, to)."""
        return list(self.leaves.get(employee_id, {}).items())

    def due_from(self, employee_id, entry, last, day):
        """The due date for an entry and a `last` by the settings in force on `day`: base, then leave."""
        version = self.version(day)
        base = entry + timedelta(days=version.new_hire_days)
        if last is not None:
            base = max(next_due(last, version), base)
        return move_by_leaves(base, self.leave_pairs(employee_id), version.return_days)

    def due(self, employee_id, day):
        """The due date as told on `day`, for somebody in scope."""
        return self.due_from(employee_id, self.entry(employee_id, day), self.last(employee_id, day), day)

    def excepted(self, employee_id, day):
        """An exception from this control covers `day`."""
        return any(e.control == self.control and e.first <= day and (e.last is None or day <= e.last)
                   for e in self.exceptions.get(employee_id, ()))

    def on_leave(self, employee_id, day):
        """A leave covers `day`."""
        return any(start <= day and (to is None or day < to) for start, to in self.leave_pairs(employee_id))

    def is_current(self, employee_id, day):
        """The `current` row of the status table."""
        last, version = self.last(employee_id, day), self.version(day)
        if last is None:
            return False
        if version.every_months is not None:
            return day < next_due(last, version)
        starts = version.fiscal_year_starts
        return fiscal_year(last, starts) == fiscal_year(day, starts)

    def course(self, employee_id, day):
        """Course required: full if no full course was accepted on or before `day`, else refresher."""
        return "refresher" if self.full_dates(employee_id, day) else "full"

    def status(self, employee_id, day):
        """(status, due, course) on `day`; the first match of the table wins."""
        if not self.in_scope(employee_id, day):
            return ("out_of_scope", None, "")
        due = self.due(employee_id, day)
        if self.excepted(employee_id, day):
            name = "excepted"
        elif self.on_leave(employee_id, day):
            name = "on_leave"
        elif self.is_current(employee_id, day):
            name = "current"
        elif due is None or day <= due:
            name = "due"
        else:
            name = "overdue"
        return (name, due, self.course(employee_id, day))

    # ---- Requirements in a period

    def completions_in_run(self, employee_id, run, until):
        """Days in the run after its first, up to `until`, with a completion that is accepted on its own day.

        One on the run's first day is already `last` when the first requirement opens.
        """
        days = sorted({c.on for c in self.completions.get(employee_id, ())})
        return [day for day in days
                if run[0] < day <= min(run[1], until) and day in self.accepted_dates(employee_id, day)]

    def walk(self, employee_id, run, until):
        """The requirements of one run as (due, outcome, completed_on, course), with completions dated up to `until`."""
        entry, run_last = run
        left = self.completions_in_run(employee_id, run, until)
        opened, due = entry, self.due(employee_id, entry)
        found = []
        while due is not None and due <= min(run_last, until):
            course = self.course(employee_id, opened)
            if left and left[0] <= due:
                done = left.pop(0)
                further = self.due_from(employee_id, entry, done, done)
                if further is not None and further <= due:
                    continue  # moves the due date no further: changes nothing
                found.append((due, "on_time", done, course))
                opened, due = done, further
                continue
            again = self.comes_round(employee_id, due)
            if left and (again is None or left[0] <= again):
                done = left.pop(0)
                found.append((due, "late", done, course))
                opened, due = done, self.due_from(employee_id, entry, done, done)
            else:
                found.append((due, "missed", None, course))
                opened, due = due, again
        return found

    def comes_round(self, employee_id, due):
        """When an obligation whose due date passed comes round again: next(due), moved by leave."""
        version = self.version(due)
        return move_by_leaves(next_due(due, version), self.leave_pairs(employee_id), version.return_days)

    def requirements(self, start, end):
        """The audit's population of [start, end]: (employee_id, due, outcome, completed_on, course), sorted.

        The walk yields only due dates inside the run, which is "still in scope on that date".
        """
        found = []
        for employee_id in self.people():
            for run in self.runs(employee_id):
                for due, outcome, done, course in self.walk(employee_id, run, end):
                    if start <= due <= end and not self.excepted(employee_id, due):
                        found.append((employee_id, due, outcome, done, course))
        return sorted(found, key=lambda requirement: requirement[:2])

    # ---- A campaign's table

    def manager_key(self, employee_id, day):
        """The row a person stands in: the manager, or "" if missing, unknown or not employed on `day`."""
        manager_id = self.workforce.record(employee_id, day).manager_id
        return manager_id if self.workforce.employed(manager_id, day) else ""

    def is_recorded(self, employee_id, campaign, day):
        """A completion of a course of the control, any individual strength, dated from counts_since to `day`."""
        version = self.version(day)
        return any(c.course in (version.full, version.refresher) and c.strength != "attested"
                   and campaign.counts_since <= c.on <= day
                   for c in self.completions.get(employee_id, ()))

    def attested(self, manager_id, campaign, day):
        """The count the manager last gave on or before `day` (of one day the one recorded later), or None."""
        found = None
        for given in self.attestations:
            if (given.manager_id, given.campaign) == (manager_id, campaign.id) and given.on <= day:
                if found is None or given.on >= found.on:
                    found = given
        return found.count if found else None

    def table(self, campaign_id, day):
        """The campaign's table on `day`: rows (manager_id, engineers, away, recorded, attested, taken)."""
        campaign = self.campaigns[campaign_id]
        engineers, away = {}, {}
        for employee_id in self.people():
            if self.in_scope(employee_id, day):
                released = self.excepted(employee_id, day) or self.on_leave(employee_id, day)
                rows = away if released else engineers
                rows.setdefault(self.manager_key(employee_id, day), []).append(employee_id)
        rows = []
        for manager_id in sorted(engineers):  # only managers with somebody to count
            team = engineers[manager_id]
            recorded = sum(self.is_recorded(employee_id, campaign, day) for employee_id in team)
            attested = self.attested(manager_id, campaign, day) if manager_id else None
            taken = max(recorded, min(attested or 0, len(team)))
            rows.append((manager_id, len(team), len(away.get(manager_id, ())), recorded, attested, taken))
        return rows


def strong_enough(completion, version):
    """The completion is at least of the weakest strength the control accepts."""
    return STRENGTHS.index(completion.strength) >= STRENGTHS.index(version.accepts)


def fold(rows, k=3):
    """"Published": rows of fewer than k engineers stand together as "Other teams"; nothing if all are fewer than k."""
    other = [row for row in rows if row[1] < k]
    large = sorted((row for row in rows if row[1] >= k), key=lambda row: (row[1], row[0]))
    if not other:
        return sorted(large, key=lambda row: row[0])
    while sum(row[1] for row in other) < k and large:
        other.append(large.pop(0))
    if sum(row[1] for row in other) < k:
        return []
    return sorted(large, key=lambda row: row[0]) + [together(other)]


def together(rows):
    """One row for several: every column summed; attested is empty where none of them gave a count."""
    given = [row[4] for row in rows if row[4] is not None]
    attested = sum(given) if given else None
    return ("Other teams", sum(r[1] for r in rows), sum(r[2] for r in rows), sum(r[3] for r in rows), attested,
            sum(r[5] for r in rows))
