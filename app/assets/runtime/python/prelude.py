# What tests and files see in Python: test, exploit, equal, ok, throws. All that is given back to the harness is JSON.
import builtins
import json
import os
import sys
import traceback


class Failed(Exception):
    pass


class Harness:
    FOLDER = "/exercise"
    tests = []
    files = {}
    part = ""

    @classmethod
    def added(cls, kind):
        def named(name):
            if not isinstance(name, str):
                raise TypeError(f"{kind} needs a name")
            if cls.part != kind:
                raise TypeError(f"{kind} belongs in another folder")
            if any(other[:2] == (kind, name) for other in cls.tests):
                raise TypeError(f"two are called {name!r}")

            def add(work):
                cls.tests.append((kind, name, work))
                return work

            return add

        return named

    @classmethod
    def told(cls, error):
        lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in cls.places]
        place = f" ({cls.places[lines[-1].filename]}, line {lines[-1].lineno})" if lines else ""
        if isinstance(error, SyntaxError) and error.filename in cls.places:
            place = f" ({cls.places[error.filename]}, line {error.lineno})"
            return f"SyntaxError: {error.msg}"[:900] + place
        text = str(error)[:900]
        return (text if isinstance(error, Failed) else f"{type(error).__name__}: {text}") + place

    @classmethod
    def fresh(cls):
        """Forgets the learner's modules, so that each test imports them anew."""
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(cls.FOLDER + "/"):
                del sys.modules[name]

    @classmethod
    def begin(cls, text):
        job = json.loads(text)
        cls.files = job["files"]
        cls.places = {f"{cls.FOLDER}/{name}": name for name in cls.files}
        try:
            for name, source in cls.files.items():
                path = os.path.join(cls.FOLDER, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(source)
            sys.path.insert(0, cls.FOLDER)
            sys.dont_write_bytecode = True
            os.chdir(cls.FOLDER)
            for name in job["edit"]:
                if name.endswith(".py"):
                    __import__(name[:-3].replace("/", "."))
            for kind, part in (("use", "tests"), ("exploit", "exploit")):
                cls.part = kind
                for file in job[part]:
                    cls.fresh()
                    place = f"{part}/{file['name']}"
                    cls.places[place] = place
                    exec(compile(file["text"], place, "exec"), {"__name__": place})
            return json.dumps({"names": [{"kind": kind, "name": name} for kind, name, _ in cls.tests]})
        except MemoryError:
            return json.dumps({"wrong": "out of memory", "memory": True})
        except BaseException as error:
            return json.dumps({"wrong": cls.told(error)})

    @classmethod
    def run(cls, at):
        kind, _, work = cls.tests[at]
        cls.fresh()
        try:
            value = work()
            if kind == "use":
                return json.dumps({"holds": True, "says": ""})
            return json.dumps({"holds": not value, "says": "the attack got through" if value else ""})
        except MemoryError:
            return json.dumps({"wrong": "out of memory", "memory": True, "holds": False, "says": "out of memory"})
        except BaseException as error:
            says = cls.told(error)
            return json.dumps({"holds": kind == "exploit", "says": says if kind == "use" else "refused: " + says})


def equal(a, b):
    if a != b:
        raise Failed(f"expected {b!r}, got {a!r}")


def ok(value, why=None):
    if not value:
        raise Failed(why or f"expected something true, got {value!r}")


def throws(work):
    try:
        work()
    except Exception:
        return
    raise Failed("expected it to complain, and it did not")


Harness.places = {}
for _name, _value in {"test": Harness.added("use"), "exploit": Harness.added("exploit"), "equal": equal, "ok": ok, "throws": throws}.items():
    setattr(builtins, _name, _value)
