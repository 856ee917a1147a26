"""Says of code whether its language's own parser takes it. None of it is run."""

import ast
import os
import re
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Messages are English, and text is UTF-8, whatever the machine speaks.
SURROUNDINGS = {**os.environ, "LC_ALL": "C.UTF-8"}
RUBY_PARSER = Path(__file__).with_name("ruby_parse.rb")
END = "\0"


def faults(blocks):
    """(block, line of the block, message) of each that does not parse; fragments are not asked."""
    found = []
    for language, parser in PARSERS.items():
        whole = [block for block in blocks if block.language == language and not block.is_fragment]
        answers = parser([block.text for block in whole]) if whole else []
        found += [(block, *fault) for block, fault in zip(whole, answers, strict=True) if fault]
    return sorted(found, key=lambda fault: (str(fault[0].path), fault[0].numbers[0], fault[1]))


def asked(command, text, pattern):
    """The (line, message) that a command which reads a text complains of, whether it is an error to it or a warning."""
    answer = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", env=SURROUNDINGS,
                            timeout=30, check=False)
    if fault := re.search(pattern, answer.stderr, re.MULTILINE):
        return int(fault[1]), fault[2]
    return (1, answer.stderr.strip() or f"{command[0]} failed") if answer.returncode else None


def each(parser):
    """Several texts at a time."""

    def all_of(texts):
        with ThreadPoolExecutor() as pool:
            return list(pool.map(parser, texts))

    return all_of


def go(text):
    """From its standard input gofmt takes a file, declarations or statements, and lines keep their numbers."""
    return asked(["gofmt", "-e"], text, r"^<standard input>:(\d+):\d+: (.+)")


def shell(text):
    """A here-document without its end is only warned of, and is a fault to us."""
    return asked(["bash", "--norc", "-n"], text, r"^bash: line (\d+): (.+)")


def ruby(texts):
    """All in one process, which answers with a line each: its number and message, or nothing."""
    command = ["ruby", "--disable=all", "-EUTF-8:UTF-8", str(RUBY_PARSER)]
    # A text that has the sign itself is no Ruby, and is not with the other either.
    joined = "".join(text.replace(END, "\x01") + END for text in texts)
    answer = subprocess.run(command, input=joined, capture_output=True, encoding="utf-8",
                            env=SURROUNDINGS, timeout=60, check=True)
    told = (line.partition(" ") for line in answer.stdout.split("\n")[:-1])
    return [(int(line), message) if line else None for line, _, message in told]


def python(text):
    """What stands outside of a function (return, await) is a matter for the compiler, and taken."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        return error.lineno or 1, error.msg
    except ValueError as error:
        return 1, str(error)
    return None


def sql(text):
    """Each statement is prepared on an empty database; that its tables are not there is no fault of its grammar.

    SQLite does not tell the line, so it is the statement's first."""
    if END in text:
        return 1, "a NUL"
    database = sqlite3.connect(":memory:")
    for line, statement in statements(text):
        try:
            database.execute(f"EXPLAIN {statement}")
        except sqlite3.OperationalError as error:
            if re.search("syntax error|incomplete input|unrecognized token", str(error)):
                return line, str(error)
        except sqlite3.ProgrammingError:
            pass  # values that are not bound
    return None


def statements(text):
    """(line, statement): a semicolon in quotes, a comment or a trigger ends none."""
    statement, line = "", 1
    for piece in re.split("(?<=;)", text):
        statement += piece
        if sqlite3.complete_statement(statement):
            yield first_line(statement, line), statement
            line += statement.count("\n")
            statement = ""
    if without_comments(statement):
        yield first_line(statement, line), statement


def first_line(statement, line):
    """The number of the line on which the statement itself begins, after comments."""
    lines = statement.split("\n")
    return line + next(at for at, text in enumerate(lines) if without_comments(text))


def without_comments(text):
    """What is left of SQL without the comments that end with their line."""
    return re.sub("--.*", "", text).strip()


PARSERS = {"go": each(go), "ruby": ruby, "python": each(python), "shell": each(shell), "sql": each(sql)}
