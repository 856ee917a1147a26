"""Makes a random, nasty history as a folder of files, from a seed; the same seed always makes the same files.

Nothing in it is refused, except that imports may end more than a tenth of the spells. Seeds divisible by 3 use the
fiscal_year cadence. Only seeds divisible by 5 change settings (not just the scope rule) between versions, only seeds
divisible by 7 use a scope rule over the manager: there DOMAIN.md leaves most open. queries.json has "notes", which says
what kinds of trouble the history holds.
"""

import json
import random
from datetime import date, timedelta
from pathlib import Path

import scopes
from files import SEPARATOR, load, write_csv, write_expected
from rules import DAY, add_months, fiscal_year, fiscal_year_end

CONTROL, CAMPAIGN, BOSS = "TRN.2.01", "round", "P001"
FULL, REFRESHER = "secure-coding", "secure-coding-refresher"
LAST_DAY = date(2024, 12, 31)
FISCAL_YEARS = ["02-01", "01-01", "03-01", "04-06", "07-01", "10-01", "12-31"]

TITLES_IN = ["Backend Engineer", "Frontend Developer", "Site Reliability Engineer", "Engineer, Platform",
             "Senior ENGINEER", "Security Engineer"]
TITLES_OUT = ["Recruiter", "Account Executive", "Engineering Manager", "Manager, Developer Relations",
              "Director of Development", "Engineering Intern", "Reengineered Developers"]
DEPARTMENTS = [("Development",), ("Development",), ("Development",), ("Platform",), ("Sales",), ("People",),
               ("Development", "Platform"), ("Sales", "Development")]


class Author:
    """One history in the making."""

    def __init__(self, seed):
        self.seed = seed
        self.random = random.Random(seed)
        self.notes = {}
        self.fiscal = seed % 3 == 0
        self.fiscal_year_starts = self.random.choice(FISCAL_YEARS)
        self.starts = tuple(int(part) for part in self.fiscal_year_starts.split("-"))
        self.optional_columns = self.chance(0.6)
        self.import_days = self.choose_import_days()
        self.first, self.last = self.import_days[0], self.import_days[-1]
        self.versions = self.choose_versions()
        self.people = self.choose_people()

    # ---- chance

    def chance(self, share):
        """True in that share of cases."""
        return self.random.random() < share

    def note(self, kind):
        """Remembers that the history holds this kind of trouble."""
        self.notes[kind] = self.notes.get(kind, 0) + 1

    def special_days(self, low, high):
        """Ends of months, 28 and 29 February, first and last days of fiscal years, in [low, high]."""
        found, day = [], low
        while day <= high:
            month_end = (day + DAY).day == 1
            february = day.month == 2 and day.day >= 28
            year_edge = fiscal_year(day, self.starts) != fiscal_year(day - DAY, self.starts) or \
                fiscal_year(day, self.starts) != fiscal_year(day + DAY, self.starts)
            if month_end or february or year_edge:
                found += [day] * (3 if february or year_edge else 1)
            day += DAY
        return found

    def day(self, low, high):
        """A day in [low, high], a special one every other time."""
        low, high = min(low, LAST_DAY), min(max(low, high), LAST_DAY)
        special = self.special_days(low, high) if self.chance(0.5) else []
        return self.random.choice(special) if special else low + self.random.randint(0, (high - low).days) * DAY

    # ---- programme

    def choose_import_days(self):
        """2 to 8 days over one to four years."""
        first = self.day(date(2018, 1, 1), date(2022, 12, 31))
        last = min(first + self.random.randint(365, 4 * 365) * DAY, date(2024, 11, 30))
        days = {first, last}
        for _ in range(self.random.randint(0, 6)):
            days.add(self.day(first, last))
        return sorted(days)

    def choose_settings(self):
        """Cadence and the other settings of a control."""
        months = self.random.choice([1, 3, 6, 12, 12, 12, 12, 18, 24])
        return {
            "cadence": "{ fiscal_year = true }" if self.fiscal else f"{{ every_months = {months} }}",
            "months": None if self.fiscal else months,
            "new_hire_days": self.random.choice([7, 14, 30, 30, 30, 45, 90]),
            "return_days": self.random.choice([7, 14, 30, 30, 60]),
            "accepts": self.random.choice(["acknowledged", "acknowledged", "completed", "assessed"]),
            "full": FULL,
            "refresher": REFRESHER,
        }

    def changed_settings(self, settings):
        """Other settings for a later version: one or two of them, sometimes the cadence or the full course."""
        other, new = dict(settings), self.choose_settings()
        if self.chance(0.3):  # to the other kind of cadence
            months = self.random.choice([6, 12, 24])
            fiscal = settings["months"] is not None
            new["cadence"] = "{ fiscal_year = true }" if fiscal else f"{{ every_months = {months} }}"
            new["months"] = None if fiscal else months
            other.update(cadence=new["cadence"], months=new["months"])
        for key in self.random.sample(["new_hire_days", "return_days", "accepts"], 2):
            other[key] = new[key]
        if self.chance(0.15):
            other["full"] = "secure-coding-2"
        return other

    def choose_versions(self):
        """One to three versions with different scope rules; the first has no `from`."""
        choices = list(scopes.CORE[:5]) + (list(scopes.OPTIONAL) if self.optional_columns else [])
        if self.chance(0.1):
            choices.append(scopes.CORE[5])
        if self.seed % 7 == 0:
            choices = list(scopes.MANAGER) + choices[:1]
            self.note("manager_rule")
        count = self.random.choice([1, 1, 2, 2, 3])
        if self.seed % 5 == 0:
            count = max(count, 2)
        rules = self.random.sample(choices, min(count, len(choices)))
        if self.chance(0.5) and self.seed % 7:
            rules[0] = scopes.CORE[0] if scopes.CORE[0] not in rules else rules[0]
        settings, versions = self.choose_settings(), []
        for index, (cel, _) in enumerate(rules):
            since = self.day(self.first - 200 * DAY, self.last + 200 * DAY) if index else None
            if index == 2 and self.chance(0.25):
                since = versions[1]["from"]
                self.note("two_versions_on_one_day")
            if index and self.seed % 5 == 0:
                settings = self.changed_settings(settings)
                self.note("settings_change")
            versions.append({**settings, "scope": cel, "from": since})
        if len(versions) == 3 and versions[2]["from"] < versions[1]["from"]:
            self.note("versions_out_of_order")
        return versions

    def programme(self, version):
        """The text of one programme file."""
        since = f'from = "{version["from"]}"\n' if version["from"] else ""
        return f"""[organisation]
name = "History {self.seed}"
fiscal_year_starts = "{self.fiscal_year_starts}"

[[controls]]
id = "{CONTROL}"
title = "Developer Security Training"
{since}cadence = {version["cadence"]}
new_hire_days = {version["new_hire_days"]}
return_days = {version["return_days"]}
accepts = "{version["accepts"]}"
courses = {{ full = "{version["full"]}", refresher = "{version["refresher"]}" }}
scope = '''{version["scope"]}'''
"""

    def campaign(self):
        """The text of campaign.toml: open over the whole history, counting from somewhere inside it."""
        return f"""[[campaigns]]
id = "{CAMPAIGN}"
title = "History {self.seed}"
control = "{CONTROL}"
opens = "{self.first}"
closes = "{LAST_DAY}"
counts_since = "{self.day(self.first - 100 * DAY, self.last)}"
objective = 0.9
"""

    # ---- roster

    def choose_people(self):
        """Everybody who will ever be there: P001 at the top and always there, then managers, then the others."""
        count = self.random.randint(5, 40)
        managers = self.random.randint(1, 1 + min(6, count // 4))
        people = []
        for number in range(1, count + 1):
            person = {"id": f"P{number:03}", "joins": 0, "present": False, "end": None, "begins": None, "shown": None}
            if number > 1 and self.chance(0.3):
                person["joins"] = self.random.randrange(len(self.import_days))
            people.append(person)
        self.managers = [person["id"] for person in people[1:1 + managers]] or [BOSS]
        for number, person in enumerate(people):
            self.new_attributes(person)
            if number == 0:
                person.update(title="Director of Development", departments=("Development",), manager_id="")
            elif number <= managers and self.chance(0.8):
                person.update(title="Engineering Manager", departments=("Development",), manager_id=BOSS)
        return people

    def new_attributes(self, person):
        """Other attributes, mostly ones that put a person in scope."""
        person["title"] = self.random.choice(TITLES_IN if self.chance(0.75) else TITLES_OUT)
        person["departments"] = self.random.choice(DEPARTMENTS[:3] if self.chance(0.6) else DEPARTMENTS)
        person["manager_id"] = self.choose_manager(person)
        person["employment"] = "employee" if self.chance(0.8) else self.random.choice(["contractor", "intern"])
        person["location"] = self.random.choice(["Berlin", "Berlin", "Lisbon", "Zürich"])
        person["labels"] = self.random.choice([(), (), (), ("on-call",), ("exempt",), ("exempt", "on-call")])

    def choose_manager(self, person):
        """Mostly one of the managers; sometimes nobody, somebody unknown, anybody, seldom oneself."""
        kind = self.random.random()
        if kind < 0.80:
            return self.random.choice(self.managers)
        if kind < 0.86:
            return ""
        if kind < 0.91:
            return "X404"
        if kind < 0.99:
            return BOSS
        return person["id"]

    def change(self, person):
        """Between two snapshots: a transfer, another manager, or other small changes."""
        kind = self.random.random()
        if person["id"] == BOSS:
            return
        if kind < 0.12:
            self.new_attributes(person)
        elif kind < 0.22:
            person["title"] = self.random.choice(TITLES_IN + TITLES_OUT)
        elif kind < 0.34:
            person["manager_id"] = self.choose_manager(person)
        elif kind < 0.38:
            person["employment"] = self.random.choice(["employee", "contractor"])
        elif kind < 0.42:
            person["departments"] = self.random.choice(DEPARTMENTS)

    def is_there(self, person, index):
        """Whether the person has a row in snapshot number `index`."""
        if person["id"] == BOSS:
            return True
        if person["present"]:
            pending = person["begins"] > self.import_days[index]
            leaves = self.chance(0.12 if pending or person["id"] in self.managers else 0.09)
            if leaves and pending:
                self.note("withdrawn_hire")
            return not leaves
        if person["end"] is not None:
            back = self.chance(0.35)
            if back:
                self.note("rehire")
            return back
        return index >= person["joins"]

    def first_start(self, person, on):
        """The start_date of a new spell: mostly none, sometimes past, seldom the day itself, sometimes to come."""
        kind, earliest = self.random.random(), person["end"]
        if on == self.first:
            low, none, past, same = on - 900 * DAY, 0.6, 0.82, 0.87
        elif earliest is not None:
            low, none, past, same = earliest, 0.7, 0.82, 0.87
        else:
            low, none, past, same = on - 80 * DAY, 0.45, 0.7, 0.78
        if kind < none:
            return None
        if kind < past:
            if earliest is not None:
                self.note("rehire_with_start_date")
                return earliest if self.chance(0.3) else self.day(earliest, on)
            return self.day(low, on)
        if kind < same:
            return on
        self.note("future_hire")
        return self.day(on + DAY, on + 200 * DAY)

    def later_start(self, person, on):
        """The start_date cell of somebody still there: not yet begun it may move, begun it may say anything."""
        if person["begins"] > on:
            if self.chance(0.3):
                low = max(on - 20 * DAY, person["end"] or date.min)
                self.note("moved_future_hire")
                person["begins"] = person["shown"] = self.day(low, max(low, on + 150 * DAY))
            return person["shown"]
        kind = self.random.random()
        if kind < 0.6:
            return person["shown"]
        if kind < 0.85:
            return None
        self.note("start_date_changed_after_start")
        return self.day(on - 500 * DAY, on + 100 * DAY)

    def start_cell(self, person, on):
        """The start_date cell of a row."""
        if person["present"]:
            return self.later_start(person, on)
        person["shown"] = None if person["id"] == BOSS else self.first_start(person, on)
        person["begins"] = person["shown"] or on
        return person["shown"]

    def row(self, person, on):
        """One person's row as a dictionary."""
        key, start = person["id"], self.start_cell(person, on)
        cells = {"employee_id": key, "name": f"Person {key}", "username": key.lower(),
                 "email": "" if self.chance(0.02) else f"{key.lower()}@example.com", "title": person["title"],
                 "departments": SEPARATOR.join(person["departments"]), "manager_id": person["manager_id"],
                 "start_date": str(start or "")}
        if self.optional_columns:
            cells.update(employment=person["employment"], location=person["location"],
                         labels=SEPARATOR.join(person["labels"]))
        return cells

    def snapshot(self, index):
        """The rows of snapshot number `index`."""
        on, rows = self.import_days[index], []
        for person in self.people:
            there = self.is_there(person, index)
            if there:
                if person["present"] or person["end"] is not None:
                    self.change(person)
                rows.append(self.row(person, on))
            elif person["present"]:
                person["end"] = on
            person["present"] = there
        return rows

    def write_roster(self, folder, index):
        """One roster file: sometimes shuffled columns and rows, a column nobody knows, a byte order mark."""
        rows = self.snapshot(index)
        header = list(rows[0])
        if self.chance(0.2):
            header.append("cost_centre")
        if self.chance(0.2):
            self.random.shuffle(header)
        if self.chance(0.2):
            self.random.shuffle(rows)
        path = folder / f"roster-{self.import_days[index]}.csv"
        write_csv(path, header, [[row.get(column, "7") for column in header] for row in rows])
        if self.chance(0.2):
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    # ---- facts about people, written once the rosters are known

    def later(self, on):
        """A day near the next due date after `on`: on it, one day after, a little or long before, long after."""
        version = self.random.choice(self.versions)
        if version["months"] is None:
            due = fiscal_year_end(fiscal_year(on, self.starts) + 1, self.starts)
        else:
            due = add_months(on, version["months"])
        return due + self.random.choice([-200, -60, -31, -30, -7, -1, 0, 0, 1, 1, 2, 29, 30, 31, 60, 200, 400]) * DAY

    def strength(self):
        """Mostly strong enough, but every strength comes up."""
        return self.random.choice(["attested", "acknowledged", "acknowledged", "completed", "completed", "completed",
                                   "assessed", "assessed", "assessed"])

    def full_course(self):
        """The full course of one of the versions."""
        return self.random.choice(self.versions)["full"]

    def completions_of(self, person, begins):
        """One person's completions as (course, day, strength)."""
        found = []
        if self.chance(0.12):
            return found
        grace = self.versions[0]["new_hire_days"]
        offsets = [-400, -90, -1, 0, 0, 1, 5, 20, grace - 1, grace, grace, grace + 1, 60, 300]
        on = begins + self.random.choice(offsets) * DAY
        if self.chance(0.2):
            on = self.day(self.first, self.last)
        if self.chance(0.2):  # a refresher before the full course
            found.append((REFRESHER, on - self.random.choice([0, 1, 30, 200]) * DAY, self.strength()))
        course = self.full_course() if self.chance(0.9) else REFRESHER
        for _ in range(self.random.randint(1, 9)):
            if on > LAST_DAY or self.chance(0.08):
                break
            found.append((course, on, self.strength()))
            if self.chance(0.15):  # several on one day
                found.append((self.random.choice([FULL, REFRESHER]), on, self.strength()))
            course = REFRESHER if self.chance(0.85) else self.full_course()
            on = self.later(on) if self.chance(0.85) else on + self.random.randint(0, 40) * DAY
            if self.chance(0.15):
                on = self.day(on, on + 40 * DAY)
        return [entry for entry in found if entry[1] <= LAST_DAY]

    def completions(self, world):
        """All completions, with one on a 28 or 29 February and one on each edge of a fiscal year."""
        rows = []
        for person in world.people():
            begins = self.random.choice(world.runs(person) or [(self.first, None)])[0]
            rows += [[person, course, on, strength] for course, on, strength in self.completions_of(person, begins)]
        year = self.random.randint(self.first.year + 1, min(self.last.year, 2023) + 1)
        end = fiscal_year_end(year - 1, self.starts)
        for on in [date(year, 3, 1) - DAY, date(year, 2, 28), date(2020, 2, 29), end, end + DAY]:
            if on <= LAST_DAY:
                course = self.random.choice([FULL, FULL, REFRESHER])
                rows.append([self.random.choice(world.people()), course, on, self.strength()])
        self.random.shuffle(rows)
        return rows

    def some_due(self, world, person):
        """A due date of the person on some day, or some day."""
        for _ in range(4):
            on = self.day(self.first, min(self.last + 300 * DAY, LAST_DAY))
            due = world.status(person, on)[1]
            if due is not None and due <= LAST_DAY:
                return due
        return self.day(self.first, self.last)

    def leave_of(self, world, person, earlier):
        """One leave (from, to) of a person: around a due date, next to or across an earlier leave, or long ago."""
        kind, back = self.random.random(), self.versions[0]["return_days"]
        if earlier and kind < 0.5:
            start, to = self.random.choice(earlier)
            start = self.random.choice([to or start + 50 * DAY, start + 10 * DAY, start, start - 20 * DAY])
        elif kind < 0.65:
            to = self.some_due(world, person) + self.random.choice([-back - 1, -back, -back + 1, 0, 1, 20, 100]) * DAY
            return (to - self.random.randint(1, 200) * DAY, to)
        elif kind < 0.9:
            start = self.some_due(world, person) + self.random.choice([-40, -1, 0, 0, 1, 10]) * DAY
        else:
            start = self.day(date(2017, 1, 1), date(2019, 1, 1))
        to = start + self.random.choice([1, 7, 30, 90, 200, 400]) * DAY
        return (start, None if self.chance(0.15) else to)

    def leaves(self, world):
        """All leaves; the same person and `from` twice replaces."""
        rows = []
        for person in world.people():
            mine = []
            for _ in range(self.random.choice([0, 0, 0, 1, 1, 2, 3])):
                start, to = self.leave_of(world, person, mine)
                if start <= LAST_DAY and (to is None or to <= LAST_DAY):
                    mine.append((start, to))
                    rows.append([person, start, to or ""])
        if len({(row[0], row[1]) for row in rows}) < len(rows):
            self.note("leave_replaced")
        return rows

    def exceptions(self, world):
        """All exceptions: often around a due date, overlapping, one day long, or open."""
        rows, seen = [], set()
        for person in world.people():
            if person == BOSS or not self.chance(0.25):
                continue
            start = self.some_due(world, person) - self.random.choice([0, 0, 1, 30]) * DAY
            for _ in range(self.random.choice([1, 1, 2, 3])):
                last = start + self.random.choice([0, 0, 1, 29, 30, 200]) * DAY
                if last <= LAST_DAY and (person, start) not in seen:
                    seen.add((person, start))
                    rows.append([person, CONTROL, start, "" if self.chance(0.1) else last, "Reason", BOSS])
                start = self.random.choice([last, last + DAY, last + 2 * DAY, start + 5 * DAY])
        return rows

    def attestations(self, world):
        """Counts by managers while they are employed: too low, right, above the team, twice on one day."""
        rows = []
        for manager in [BOSS] + self.managers:
            for _ in range(self.random.randint(0, 5)):
                on = self.day(self.first, LAST_DAY)
                if manager in world.workforce.spells and world.workforce.employed(manager, on):
                    rows.append([manager, CAMPAIGN, self.random.choice([0, 1, 2, 3, 5, 50]), on])
                    if self.chance(0.2):
                        rows.append([manager, CAMPAIGN, self.random.randint(0, 6), on])
        self.random.shuffle(rows)
        return rows

    # ---- questions

    def dues(self, world):
        """Due dates that the rules give on some days, and those of all requirements."""
        found = {row[1] for row in world.requirements(date(2015, 1, 1), LAST_DAY)}
        for _ in range(6):
            on = self.day(self.first, LAST_DAY)
            found |= {world.status(person, on)[1] for person in world.people()} - {None}
        return sorted(day for day in found if self.first <= day < LAST_DAY)

    def edges(self, world):
        """Days on which something begins or ends, and the days beside them."""
        found = set(self.import_days) | {version["from"] for version in self.versions if version["from"]}
        for person in world.people():
            for run in world.runs(person):
                found |= set(run)
            for start, to in world.leave_pairs(person):
                found |= {start} | ({to} if to else set())
            for exception in world.exceptions.get(person, ()):
                found |= {exception.first} | ({exception.last} if exception.last else set())
            found |= {completion.on for completion in world.completions.get(person, ())}
        found |= {day + DAY for day in found} | {day - DAY for day in found}
        return sorted(day for day in found if self.first - 30 * DAY <= day <= LAST_DAY)

    def sample(self, days, count):
        """At most so many of them."""
        return self.random.sample(days, min(count, len(days)))

    def query_days(self, world):
        """About 18 days: on due dates and the day after, on edges, at the ends of February, fiscal years and months."""
        dues = self.sample(self.dues(world), 4)
        days = set(dues) | {due + DAY for due in dues} | set(self.sample(self.edges(world), 4))
        leap = date(2020, 2, 29) if self.first <= date(2020, 2, 29) and self.chance(0.6) else date(2024, 2, 29)
        year = self.random.randint(self.first.year, min(self.last.year + 1, 2023))
        end = fiscal_year_end(year - 1, self.starts)
        days |= {leap, date(year + 1, 2, 28), end, end + DAY, self.day(self.first, self.last), LAST_DAY}
        days.add(self.random.choice([self.first, self.first - DAY, self.last]))
        return sorted(day for day in days if day <= LAST_DAY)

    def periods(self, world):
        """A fiscal year, a calendar year, everything, one ending on a due date, one of a single due day."""
        year = self.random.randint(self.first.year, min(self.last.year + 1, 2023))
        end = min(fiscal_year_end(year, self.starts), LAST_DAY)
        found = [(fiscal_year_end(year - 1, self.starts) + DAY, end), (date(year, 1, 1), date(year, 12, 31)),
                 (date(2014, 1, 1), LAST_DAY)]
        dues = self.dues(world)
        if dues:
            due = self.random.choice(dues)
            found += [(due - 365 * DAY, due), (due, due), (self.random.choice(dues) + DAY, LAST_DAY)]
        return [period for period in dict.fromkeys(found) if period[0] <= period[1]]

    # ---- all together

    def write(self, folder):
        """Writes the whole history into `folder`, what follows from the rosters after them."""
        for index, version in enumerate(self.versions, start=1):
            (folder / f"programme-{index}.toml").write_text(self.programme(version), encoding="utf-8")
        (folder / "campaign.toml").write_text(self.campaign(), encoding="utf-8")
        for index in range(len(self.import_days)):
            self.write_roster(folder, index)
        write_csv(folder / "completions.csv", ["employee_id", "course", "completed_on", "strength"],
                  self.completions(load(folder)))
        world = load(folder)
        write_csv(folder / "leaves.csv", ["employee_id", "from", "to"], self.leaves(world))
        write_csv(folder / "exceptions.csv", ["employee_id", "control", "from", "to", "reason", "approved_by"],
                  self.exceptions(world))
        write_csv(folder / "attestations.csv", ["manager_id", "campaign", "count", "on"], self.attestations(world))
        self.write_queries(folder, load(folder))

    def write_queries(self, folder, world):
        """What to ask of this history."""
        queries = {
            "seed": self.seed,
            "control": CONTROL,
            "campaign": CAMPAIGN,
            "as_of": [str(day) for day in self.query_days(world)],
            "periods": [[str(start), str(end)] for start, end in self.periods(world)],
            "notes": dict(sorted(self.notes.items())),
        }
        (folder / "queries.json").write_text(json.dumps(queries, indent=2) + "\n", encoding="utf-8")


def generate(seed, folder):
    """Makes the history of this seed in `folder` (made if need be) and answers its questions."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty")
    Author(seed).write(folder)
    write_expected(folder)
