"""Runs a course's Ruby exercises with this machine's Ruby and compares with what exercise.toml says of them.

`course check --run` asks the same of every exercise in the browser; this needs neither a browser nor a runtime."""

import shutil
import subprocess
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from parsers import SURROUNDINGS

RUNNER = Path(__file__).with_name("ruby_labs.rb")
TIME_MS = 3000  # where exercise.toml does not say it


@dataclass(frozen=True)
class Result:
    """A test's `kind: name` as `fails` has it, whether it holds, and what it says."""

    name: str
    holds: bool
    says: str


class Broken(Exception):
    """A run that came to no results."""


def of_course(folder):
    """The exercise.toml of each exercise in Ruby."""
    return [path for path in sorted(Path(folder).rglob("exercise.toml"))
            if tomllib.loads(path.read_text(encoding="utf-8")).get("runner") == "ruby"]


def differences(path):
    """What is not as the file says, as lines."""
    exercise = tomllib.loads(path.read_text(encoding="utf-8"))
    runs = {"starter": differences_of_starter, "solution": differences_of_solution}
    runs |= {wrong["dir"]: expecting(set(wrong["fails"])) for wrong in exercise["wrong"]}

    def compared(name, compare):
        try:
            return [f"{path}: {name}: {line}" for line in compare(run(path.parent, exercise, name))]
        except Broken as error:
            return [f"{path}: {name}: {error}"]

    with ThreadPoolExecutor() as pool:
        return [line for lines in pool.map(compared, runs.keys(), runs.values()) for line in lines]


def differences_of_starter(results):
    """What learners begin with works, and every attack gets through."""
    return ([f"fails {told(result)}" for result in results if is_use(result) and not result.holds]
            + [f"is not open to {told(result)}" for result in results if not is_use(result) and result.holds]
            + ([] if any(is_use(result) for result in results) else ["has no use test"])
            + ([] if any(not is_use(result) for result in results) else ["has no attack"]))


def differences_of_solution(results):
    """Everything holds."""
    return [f"fails {told(result)}" for result in results if not result.holds]


def expecting(fails):
    """A wrong mend fails what is said of it and nothing else."""

    def compare(results):
        failed = {result.name for result in results if not result.holds}
        return ([f"fails {told(result)}, which is not said" for result in results
                 if result.name in failed - fails]
                + [f"does not fail {name!r}" for name in sorted(fails - failed)])

    return compare


def is_use(result):
    """Whether it says what must work, rather than what must fail."""
    return result.name.startswith("use: ")


def told(result):
    """A result for a reader."""
    return f"{result.name!r} ({result.says})" if result.says else repr(result.name)


def run(folder, exercise, name):
    """The results with the starter's files, and over them those of the mend."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        shutil.copytree(folder / "starter", scratch / "files")
        shutil.copytree(folder / name, scratch / "files", dirs_exist_ok=True)
        for part in ("tests", "exploit"):
            shutil.copytree(folder / part, scratch / part)
        seconds = exercise.get("time_ms", TIME_MS) / 1000
        command = ["ruby", "--disable=all", "-EUTF-8:UTF-8", str(RUNNER), str(seconds), str(scratch),
                   *exercise["edit"]]
        # Without a time limit here: the runner has one for each test, and leaves nothing behind that runs.
        answer = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace",
                                env=SURROUNDINGS, check=False)
    return read(answer)


def read(answer):
    """The results that the runner wrote."""
    lines = [line.split("\x1f") for line in answer.stdout.split("\n") if line]
    if answer.returncode != 0 or not lines:
        raise Broken(f"could not be run: {answer.stderr.strip()[-500:]}")
    if lines[0][0] == "wrong":
        raise Broken(f"can't be loaded: {lines[0][1]}")
    return [Result(f"{kind}: {name}", holds == "true", says) for kind, name, holds, says in lines]
