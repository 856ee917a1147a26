// What tests and files see inside QuickJS: test, exploit, equal, ok, throws, load, text, console; `require` inside files.
(() => {
  "use strict";
  const { host_out, host_compile } = globalThis;
  delete globalThis.host_out;
  delete globalThis.host_compile;
  const { parse, stringify } = JSON;
  const all = [];
  let files = {}, part = "", loaded = {};

  const shown = (value) => {
    if (typeof value === "function") return "a function";
    if (value instanceof Error) return String(value);
    if (typeof value === "bigint" || typeof value === "symbol" || value === undefined) return String(value);
    let text;
    try { text = stringify(value); } catch { text = String(value); }
    return text.length > 200 ? text.slice(0, 200) + "…" : text;
  };
  const same = (a, b, seen = []) => {
    if (Object.is(a, b)) return true;
    if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
    if (Array.isArray(a) !== Array.isArray(b) || seen.includes(a)) return false;
    if (a instanceof Date && b instanceof Date) return +a === +b;
    const of = (value) => Object.keys(value).sort();
    const keys = of(a);
    return stringify(keys) === stringify(of(b)) && keys.every((key) => same(a[key], b[key], [...seen, a]));
  };
  const added = (kind) => (name, work) => {
    if (typeof name !== "string" || typeof work !== "function") throw new TypeError(kind + "(name, function) is how it is written");
    if (part !== (kind === "use" ? "tests" : "exploit")) throw new Error((kind === "use" ? "test" : "exploit") + " belongs in another folder");
    if (all.some((other) => other.kind === kind && other.name === name)) throw new Error("two are called “" + name + "”");
    all.push({ kind, name, work, state: "waits" });
  };
  const file = (name) => {
    name = String(name).replace(/^\.\//, "");
    if (!Object.hasOwn(files, name)) throw new Error("there is no file " + name);
    return name;
  };
  const load = (name) => {
    name = file(name);
    if (name.endsWith(".json")) return parse(files[name]);
    if (Object.hasOwn(loaded, name)) return loaded[name].exports;
    const module = (loaded[name] = { exports: {} });
    host_compile(files[name], name).call(module.exports, module, module.exports, load);
    return module.exports;
  };
  const place = (error) => {
    const line = String(error?.stack ?? "").split("\n").find((line) => Object.keys(files).some((name) => line.includes(name + ":")));
    return line ? line.replace(/^.*?([\w./-]+):(\d+).*$/, " ($1, line $2)") : "";
  };
  const say = (...values) => host_out(values.map((value) => (typeof value === "string" ? value : shown(value))).join(" ") + "\n");

  Object.assign(globalThis, {
    test: added("use"),
    exploit: added("exploit"),
    load,
    text: (name) => files[file(name)],
    // Whether a file is JavaScript at all, as a script or as a module; nothing of it runs.
    parses: (name) => {
      if (name.endsWith(".json")) return void parse(files[file(name)]);
      try { host_compile(files[file(name)], name, "script"); } catch (error) {
        try { host_compile(files[name], name, "module"); } catch { throw error; }
      }
    },
    equal: (a, b) => { if (!same(a, b)) throw new Error("expected " + shown(b) + ", got " + shown(a)); },
    ok: (value, why) => { if (!value) throw new Error(why ?? "expected something true, got " + shown(value)); },
    throws: (work) => {
      try { work(); } catch { return; }
      throw new Error("expected it to complain, and it did not");
    },
    console: { log: say, info: say, warn: say, error: say, debug: say },
  });
  // What follows is the harness's own.
  const own = {
    begin: (given) => { files = given.files; return ""; },
    part: (name, work) => { part = name; work(); part = ""; },
    check: (edited) => { for (const name of edited) (globalThis.checkFile ?? ((name) => /\.(js|json)$/.test(name) && load(name)))(name); return ""; },
    names: () => stringify(all.map(({ kind, name }) => ({ kind, name }))),
    start: (at) => {
      const one = all[at];
      const ended = (state) => (value) => Object.assign(one, { state, value });
      try {
        const value = one.work();
        if (typeof value?.then === "function") value.then(ended("done"), ended("failed"));
        else ended("done")(value);
      } catch (error) { ended("failed")(error); }
      return "";
    },
    finish: (at) => {
      const { kind, name, state, value } = all[at];
      const memory = state === "failed" && /out of memory/.test(value?.message ?? value);
      const why = state === "failed" ? String(value?.message ?? value) + place(value) : "";
      const of = (holds, says) => stringify({ kind, name, holds, says: says.slice(0, 1000), memory });
      if (state === "waits") return of(false, "it waits for something that never comes");
      if (kind === "use") return of(state === "done", why);
      if (memory) return of(false, why);
      return state === "failed" ? of(true, "refused: " + why) : of(!value, value ? "the attack got through" : "");
    },
  };
  for (const [name, value] of Object.entries(own)) Object.defineProperty(globalThis, name, { value });
})();
