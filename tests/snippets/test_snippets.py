"""That the snippets' check finds what it is for: `python3 -m unittest discover --start-directory tests/snippets`."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from textwrap import indent

import blocks
import parsers
import snippets

# What does not parse, and the line of it that is wrong.
BROKEN = {
    "go": ("func f() {\n\tx := 1\n\ty := := x\n}\n", 3),
    "ruby": ("def show\n  render(1 +\nend\n", 3),
    "python": ("def show():\n    a = 1\n    return (a +\n", 3),
    "shell": ("for name in *; do\n  echo )\ndone\n", 2),
    "sql": ("SELECT id FROM issues;\nSELEC id FROM issues;\n", 2),
}
WHOLE = {
    "go": ["package main\n\nfunc main() {}\n", "x, err := f()\nif err != nil {\n\treturn err\n}\n",
           "import \"os\"\n\nfunc f() { os.Exit(1) }\n"],
    "ruby": ["def show = render(json: 1)\n", "# ümlaut\nputs \"ok\"\n"],
    "python": ["async def f():\n    await g()\n", "return 1\n"],
    "shell": ["[[ $1 =~ ^[a-z]+$ ]] || exit 1\n", "cat <<'END'\n)\nEND\n"],
    "sql": ["SELECT ';' FROM t -- 1; SELEC\n;\nUPDATE t SET a = now() WHERE b = :b RETURNING a\n", "-- nothing\n"],
}

EXERCISE = """id = "a.lab"
runner = "ruby"
edit = ["app.rb"]
time_ms = 1000

[[wrong]]
dir = "wrong/nobody"
fails = ["use: ada may"]
"""
FILES = {
    "exercise.toml": EXERCISE,
    "starter/app.rb": "def may?(who) = true\n",
    "starter/who.rb": "ADA = 'ada'\n",
    "tests/use.rb": "test('ada may') { $seen = 1; equal(may?(ADA), true) }\n"
                    "test('nothing is left of another test') { equal($seen, nil) }\n",
    "exploit/attack.rb": "exploit('eve may') { may?('eve') }\n",
    "solution/app.rb": "def may?(who) = who == ADA\n",
    "wrong/nobody/app.rb": "def may?(who) = false\n",
}


class Course(unittest.TestCase):
    """A course in a folder of its own."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def write(self, path, text):
        path = self.folder / "modules/01-one/1.1-first" / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def write_exercise(self, **changed):
        changed = {name.replace("__", "/").replace("_rb", ".rb"): text for name, text in changed.items()}
        for name, text in {**FILES, **changed}.items():
            self.write(f"labs/a/{name}", text)

    def said(self, command):
        """What a command prints, and its exit status."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = snippets.main([command, str(self.folder)])
        return out.getvalue(), status


class Parsing(Course):
    """snippets.py parse"""

    def test_a_broken_block_of_each_language_is_told_with_its_line(self):
        for language, (text, wrong) in BROKEN.items():
            with self.subTest(language):
                path = self.write("lesson.md", "+++\nid = 'a'\n+++\n\nText.\n\n"
                                               f"~~~{language} weak mark=1\n{text}~~~\n")
                said, status = self.said("parse")
                self.assertTrue(said.startswith(f"{path}:{7 + wrong}: {language}: "), said)
                self.assertEqual(status, 1)

    def test_whole_blocks_are_taken(self):
        for language, texts in WHOLE.items():
            for text in texts:
                with self.subTest(text):
                    self.assertEqual(parsers.faults([blocks.Block.from_line(Path("a"), 1, language, text)]), [])

    def test_fragments_and_other_languages_are_left_alone(self):
        for language, (text, _) in BROKEN.items():
            self.write("lesson.md", f"~~~{language} fragment weak\n{text}~~~\n"
                                    f"~~~text\n{text}~~~\n~~~\n{text}~~~\n~~~ruby\n1\n~~~\n")
            with self.subTest(language):
                self.assertEqual(self.said("parse")[1], 0)

    def test_each_block_answers_for_itself(self):
        text = "".join(f"~~~{language}\n{code}~~~\n" for language, [whole, *_] in WHOLE.items()
                       for code in (whole, BROKEN[language][0], whole))
        found = blocks.of_lesson(Path("a"), text)
        self.assertEqual(len(found), 3 * len(WHOLE))
        self.assertEqual([block for block, _, _ in parsers.faults(found)], found[1::3])

    def test_what_ends_too_early_is_told_of_its_last_line(self):
        for language, text in {"go": "if a {\n", "ruby": "class A\n", "python": "if a:\n", "shell": "if a\n"}.items():
            with self.subTest(language):
                [(block, line, _)] = parsers.faults([blocks.Block.from_line(Path("a"), 7, language, text)])
                self.assertEqual(block.place(line), "a:7")

    def test_a_fence_ends_with_its_own_kind_and_length(self):
        text = ("::: item\n1. In a list:\n   ````python\n   def f():\n       return '''\n   ```\n   ~~~~~\n   '''\n"
                "   ````\n~~~ruby\n1\n~~~\n")
        first, second = blocks.of_lesson(Path("a"), text)
        self.assertEqual((first.numbers[0], first.text), (4, "def f():\n    return '''\n```\n~~~~~\n'''\n"))
        self.assertEqual((second.numbers, second.text), ((11,), "1\n"))

    def test_what_a_change_makes_of_an_items_code_is_parsed_and_told_at_the_change(self):
        for stem, change, wrong in [
            ("def a\n  1\nend\n", "-  1\n+  2 + )\n", 10),
            ("def a\n  1\nend\n", "   1\n-end\n", 9),
            ("def a\n  b\n  c\n  b\nend\n", "   c\n   b\n+  )\n", 13),
            ("def a\nend\n", "+assert(\n", 8),
            ("def a\n  b\nend\ndef c\n  d\nend\n", "   b\n+  e\n@@\n   d\n+  )\n", 16),
            ("def a\n  b\nend\ndef c\n  d\nend\n", "-  b\n@@\n   d\n+  e\n", None),
            ("def a\n  1\nend\n", "-  1\n+  2\n", None),
            ("def a\nend\n", "-def b(a)\n+def b(a, c)\n   1\n end\n", None),
            ("def a\nend\n", "", None),
        ]:
            with self.subTest(change):
                text = (f"::: item kind=\"patch\"\n~~~ruby\n{stem}~~~\n- [x] So\n"
                        + indent(f"~~~diff\n{change}~~~\n", "  ") + ":::\n")
                told = parsers.faults(blocks.of_lesson(Path("a"), text))
                self.assertEqual([block.place(line) for block, line, _ in told], [f"a:{wrong}"] if wrong else [])

    def test_a_change_outside_of_an_item_is_only_shown(self):
        [block] = blocks.of_lesson(Path("a"), "~~~ruby\n1\n~~~\n~~~diff\n+ (\n~~~\n::: item\n~~~diff\n+ (\n~~~\n:::\n")
        self.assertEqual(block.text, "1\n")

    def test_files_of_exercises_and_translations_are_read_and_drafts_and_hidden_files_are_not(self):
        ruby = BROKEN["ruby"][0]
        paths = [self.write(name, text) for name, text in
                 [("labs/a/wrong/b/app.rb", ruby), ("lesson.de.md", f"~~~ruby\n{ruby}~~~\n")]]
        for name in [".lesson.md", "labs/.a/app.rb", "labs/a/notes.md", "../../../drafts/lesson.md"]:
            self.write(name, f"~~~ruby\n{ruby}~~~\n")
        said, _ = self.said("parse")
        self.assertEqual([line.split(": ")[0] for line in said.splitlines()[:-1]], [f"{paths[0]}:3", f"{paths[1]}:4"])

    def test_nothing_that_is_parsed_is_run(self):
        ran = self.folder / "ran"
        texts = {"ruby": f"BEGIN {{ File.write('{ran}', '') }}", "python": f"open('{ran}', 'w')",
                 "shell": f"touch {ran}", "sql": f"ATTACH DATABASE '{ran}' AS a; CREATE TABLE a.b (c);"}
        found = [blocks.Block.from_line(Path("a"), 1, language, text) for language, text in texts.items()]
        self.assertEqual(parsers.faults(found), [])
        self.assertFalse(ran.exists())

    def test_odd_texts_stop_nothing(self):
        for text in ["", "\n\n", "\0", "(" * 5000, "x" * 1_000_000, "\ufeffé\u2028"]:
            found = [blocks.Block.from_line(Path("a"), 1, language, text) for language in parsers.PARSERS]
            self.assertLessEqual(len(parsers.faults(found)), len(found))

    def test_a_parser_that_fails_without_a_line_is_a_fault(self):
        self.assertEqual(parsers.asked(["false"], "", "(.)(.)"), (1, "false failed"))

    def test_nothing_to_look_at_is_no_pass(self):
        self.assertEqual([self.said(command)[1] for command in ("parse", "labs")], [1, 1])


class Labs(Course):
    """snippets.py labs"""

    def test_an_exercise_that_does_what_it_says_passes(self):
        self.write_exercise()
        self.assertEqual(self.said("labs"), (f"{self.folder}: 1 exercises in Ruby; 0 differences\n", 0))

    def test_what_differs_is_told_by_run_and_test(self):
        for changed, told in [
            ({"starter__app_rb": "def may?(who) = who == ADA\n"}, "starter: is not open to 'exploit: eve may'"),
            ({"starter__app_rb": "def may?(who) = who == 'eve'\n"},
             "starter: fails 'use: ada may' (expected true, got false (use.rb, line 1))"),
            ({"solution__app_rb": "def may?(who) = true\n"},
             "solution: fails 'exploit: eve may' (the attack got through)"),
            ({"wrong__nobody__app_rb": "def may?(who) = true\n"}, "wrong/nobody: does not fail 'use: ada may'"),
            ({"wrong__nobody__app_rb": "def may?(who) = who != ADA\n"},
             "wrong/nobody: fails 'exploit: eve may' (the attack got through), which is not said"),
            ({"solution__app_rb": "def may?(\n"}, "solution: can't be loaded: SyntaxError: "),
            ({"exploit__attack_rb": ""}, "starter: has no attack"),
        ]:
            with self.subTest(told):
                self.write_exercise(**changed)
                said, status = self.said("labs")
                self.assertIn(told, said)
                self.assertEqual(status, 1)

    def test_an_attack_that_ends_the_program_or_never_ends_has_not_got_through(self):
        for ending in ("exit!", "loop {}", "exit", "abort"):
            with self.subTest(ending):
                self.write_exercise(solution__app_rb=f"def may?(who) = who == ADA || {ending}\n")
                self.assertEqual(self.said("labs")[1], 0)

    def test_a_file_that_never_ends_is_told(self):
        self.write_exercise(solution__app_rb="loop {}\n")
        self.assertIn("solution: can't be loaded: it ended itself, or took too long", self.said("labs")[0])

    def test_what_files_print_is_no_result(self):
        self.write_exercise(solution__app_rb="puts \"use\\x1fada may\\x1ffalse\\x1f\"\ndef may?(who) = who == ADA\n")
        self.assertEqual(self.said("labs")[1], 0)


if __name__ == "__main__":
    unittest.main()
