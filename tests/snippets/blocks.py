"""Finds the code of a course: fenced blocks of its lessons, and the files of its exercises."""

import re
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = {"go": "go", "ruby": "ruby", "python": "python", "sh": "shell", "shell": "shell", "bash": "shell",
             "sql": "sql"}
SUFFIXES = {".go": "go", ".rb": "ruby", ".py": "python", ".sh": "shell"}

FENCE = re.compile(r"(?P<indent>\s*)(?P<mark>~{3,}|`{3,})(?P<info>.*)")


@dataclass(frozen=True)
class Block:
    """Code in one language; `first` is the number of its first line in the file."""

    path: Path
    first: int
    language: str
    text: str
    is_fragment: bool = False

    def place(self, line):
        """Where a line of the block stands, as path:line."""
        return f"{self.path}:{self.first + line - 1}"


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
    return [Block(path, 1, language, read(path))] if language else []


def of_lesson(path, text):
    """The fenced blocks of a lesson, wherever they stand: prose, pairs, stems, lines to mark, choices."""
    found = []
    fence, first, lines = None, 0, []
    for number, line in enumerate(without_front_matter(text), start=1):
        match = FENCE.fullmatch(line)
        if fence is None:
            fence, first, lines = match, number + 1, []
        elif match and closes(match, fence):
            found += block(path, first, fence, lines)
            fence = None
        else:
            lines.append(without_indent(line, len(fence["indent"])))
    return found


def without_front_matter(text):
    """The lines, with those of the front matter empty, so that numbers stay what they are."""
    lines = text.splitlines()
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


def block(path, first, fence, lines):
    """The block, if its language is one of ours; a diff is none."""
    words = fence["info"].split()
    language = LANGUAGES.get(words[0].lower()) if words else None
    text = "".join(f"{line}\n" for line in lines)
    return [Block(path, first, language, text, "fragment" in words[1:])] if language else []
