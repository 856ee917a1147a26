"""Finds the code of a course: fenced blocks of its lessons, and the files of its exercises."""

import re
from dataclasses import dataclass
from pathlib import Path

import patches

LANGUAGES = {"go": "go", "ruby": "ruby", "python": "python", "sh": "shell", "shell": "shell", "bash": "shell",
             "sql": "sql"}
SUFFIXES = {".go": "go", ".rb": "ruby", ".py": "python", ".sh": "shell"}

FENCE = re.compile(r"(?P<indent>\s*)(?P<mark>~{3,}|`{3,})(?P<info>.*)")


@dataclass(frozen=True)
class Block:
    """Code in one language; `numbers` says of each of its lines which one of the file it is."""

    path: Path
    numbers: tuple
    language: str
    text: str
    is_fragment: bool = False

    @classmethod
    def from_line(cls, path, first, language, text, **others):
        """Code that stands in the file as it is, from this line on."""
        count = len(text.removesuffix("\n").split("\n"))
        return cls(path, tuple(range(first, first + count)), language, text, **others)

    def place(self, line):
        """Where a line of the block stands, as path:line."""
        return f"{self.path}:{self.numbers[min(max(line, 1), len(self.numbers)) - 1]}"


def of_course(folder):
    """All code of a course in a language that we have a parser for, fragments included."""
    modules = Path(folder) / "modules"
    paths = [path for path in sorted(modules.rglob("*")) if path.is_file() and not is_hidden(path, modules)]
    found = []
    for path in paths:
        if "labs" in path.relative_to(modules).parts:
            found += of_exercise_file(path)
        elif path.name.startswith("lesson.") and path.suffix == ".md":
            found += of_lesson(path, read(path))
    return found


def read(path):
    """A file's text; what is no UTF-8 in it `course check` tells."""
    return path.read_text(encoding="utf-8", errors="replace")


def is_hidden(path, below):
    """Courses are read without what begins with a dot."""
    return any(part.startswith(".") for part in path.relative_to(below).parts)


def of_exercise_file(path):
    """The whole file as a block."""
    language = SUFFIXES.get(path.suffix)
    return [Block.from_line(path, 1, language, read(path))] if language else []


def of_lesson(path, text):
    """The fenced blocks of a lesson, wherever they stand, and what the changes that an item offers make of its code."""
    found, stems, is_item = [], [], False
    fence, lines = None, []
    for number, line in enumerate(without_front_matter(text), start=1):
        match = FENCE.fullmatch(line)
        if fence is None:
            fence, lines = match, []
            if line.startswith(":::"):
                stems, is_item = [], line.startswith("::: item")
        elif match and closes(match, fence):
            new = of_fence(path, fence, lines, number, stems)
            stems += new if is_item and is_code(fence) else []
            found += new
            fence = None
        else:
            lines.append(without_indent(line, len(fence["indent"])))
    return found


def without_front_matter(text):
    """The lines, with those of the front matter empty, so that numbers stay what they are."""
    lines = text.split("\n")
    if not lines or lines[0].strip() != "+++":
        return lines
    end = next((at for at, line in enumerate(lines[1:], start=1) if line.strip() == "+++"), 0)
    return [""] * (end + 1) + lines[end + 1:]


def closes(match, fence):
    """Whether a line ends the block that was begun: the same sign, as many of them, nothing else."""
    return match["mark"].startswith(fence["mark"]) and not match["info"].strip()


def without_indent(line, width):
    """Code in a list is moved to the right; at most the fence's own indent is taken away."""
    return line[min(width, len(line) - len(line.lstrip(" "))):]


def is_code(fence):
    """Whether a change below may be one of this block: not if it is a change itself."""
    return fence["info"].split()[:1] != ["diff"]


def of_fence(path, fence, lines, end, stems):
    """The block that ends on line `end`, if its language is one of ours; of a diff, what it makes of the code above."""
    words, first = fence["info"].split(), end - len(lines)
    if not is_code(fence):
        return [patches.changed(stems, list(enumerate(lines, start=first)))] if stems else []
    language = LANGUAGES.get(words[0].lower()) if words else None
    text = "".join(f"{line}\n" for line in lines)
    return [Block.from_line(path, first, language, text, is_fragment="fragment" in words[1:])] if language else []
