"""What the code of a question becomes with each of the changes that are offered: that has to parse, too."""

from dataclasses import replace


def changed(stems, patch):
    """The code with the change, for the first of a question's blocks that has the lines of all its hunks.

    A change of what is not shown, such as a test beside the code or the caller, stands for itself."""
    parts = hunks(patch)
    for stem in stems:
        lines = list(zip(stem.numbers, stem.text.split("\n")))
        if all(put(part, lines) for part in parts):
            return of_lines(stem, lines)
    return of_lines(stems[-1], [line for part in parts for line in after(part)])


def hunks(patch):
    """The parts of a change; a line that begins with @@ stands between two."""
    parts = [[]]
    for number, line in patch:
        if line.startswith("@@"):
            parts.append([])
        else:
            parts[-1].append((number, line))
    return [part for part in parts if part]


def put(patch, lines):
    """Makes a change in the lines; False if they do not have what it changes."""
    kept = [line[1:] for _, line in patch if not line.startswith("+")]
    start = place_of(kept, [line for _, line in lines]) if kept else None
    if start is not None:
        lines[start:start + len(kept)] = after(patch)
    return start is not None


def place_of(wanted, lines):
    """Where these lines stand one after another, whatever their spaces; None if they do not."""
    wanted, lines = [line.split() for line in wanted], [line.split() for line in lines]
    starts = range(len(lines) - len(wanted) + 1)
    return next((start for start in starts if lines[start:start + len(wanted)] == wanted), None)


def after(patch):
    """The lines of a change that are there once it is made."""
    return [(number, line[1:]) for number, line in patch if not line.startswith("-")]


def of_lines(stem, lines):
    """A block like the stem, of numbered lines."""
    text = "".join(f"{line}\n" for _, line in lines)
    numbers = tuple(number for number, _ in lines) or stem.numbers
    return replace(stem, numbers=numbers, text=text)
