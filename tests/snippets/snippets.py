"""What stands in a course, read by each language's own parser, and its Ruby exercises run by Debian's Ruby.

    snippets.py parse COURSE...     every example, what each patch makes of one, every exercise's file: does it parse?
    snippets.py labs COURSE...      every Ruby exercise: do starter, solution and wrong mends what exercise.toml says?

The files of an exercise are run here, with no sandbox around them: run the labs of courses that you trust.
"""

import sys

import blocks
import labs
import parsers


def parse(folder):
    """How many blocks a course has, a line for each that does not parse, and the sum in words."""
    found = blocks.of_course(folder)
    wrong = [f"{block.place(line)}: {block.language}: {message}" for block, line, message in parsers.faults(found)]
    counts = {language: sum(block.language == language for block in found) for language in parsers.PARSERS}
    told = ", ".join(f"{count} {language}" for language, count in counts.items() if count) or "no code"
    fragments = sum(block.is_fragment for block in found)
    return len(found), wrong, f"{told}; {fragments} fragments left out; {len(wrong)} do not parse"


def run_labs(folder):
    """How many Ruby exercises a course has, a line for what is not as exercise.toml says, and the sum in words."""
    exercises = labs.of_course(folder)
    wrong = [line for exercise in exercises for line in labs.differences(exercise)]
    return len(exercises), wrong, f"{len(exercises)} exercises in Ruby; {len(wrong)} differences"


def tell(work, folders):
    """Prints what is wrong in each folder; True if nothing is, and there was something to look at."""
    total, all_wrong = 0, []
    for folder in folders:
        count, wrong, summary = work(folder)
        print(*wrong, f"{folder}: {summary}", sep="\n")
        total += count
        all_wrong += wrong
    return total > 0 and not all_wrong


def main(arguments):
    """Exit status 0: all is well; 1: something is not, or there is nothing; 2: wrong usage."""
    match arguments:
        case ["parse", _, *_]:
            work = parse
        case ["labs", _, *_]:
            work = run_labs
        case _:
            print(__doc__.strip(), file=sys.stderr)
            return 2
    try:
        return 0 if tell(work, arguments[1:]) else 1
    except FileNotFoundError as error:
        print(f"{error.filename} is not there; Debian has it in ruby, golang-go or bash", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
