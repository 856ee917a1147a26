// Python in the worker: Pyodide, fed with the bytes that the page handed over. What a learner's Python reaches of the browser through it meets the frame's policy.
self.engine = (() => {
  "use strict";
  const decoder = new TextDecoder();
  const create = self._createPyodideModule, open = self.loadPyodide;

  const run = async (job, load, report) => {
    const module = load.modules["pyodide.asm.wasm"];
    // Pyodide fetches its own files; here they are already.
    self.fetch = async (address) => new Response(load.data[String(address).split("/").pop()]);
    WebAssembly.instantiateStreaming = async (_reply, imports) => ({ instance: await WebAssembly.instantiate(module, imports), module });
    const print = (text) => report.out(text + "\n");
    const python = await open({
      createPyodideModule: create, indexURL: "https://runtime.invalid/", lockFileContents: decoder.decode(load.data["pyodide-lock.json"]),
      stdout: print, stderr: print, stdin: () => null, jsglobals: { Object, setTimeout, clearTimeout, setInterval, clearInterval }, checkAPIVersion: true,
    });
    self.fetch = undefined;
    python.runPython(decoder.decode(load.data["prelude.py"]), { filename: "prelude.py" });
    const harness = python.globals.get("Harness");
    report.ready();
    const said = (method, ...given) => {
      const told = JSON.parse(harness[method](...given));
      if (told.wrong) report.stop(told.memory ? "memory" : "error", told.wrong);
      return told;
    };
    const names = said("begin", JSON.stringify(job)).names ?? [];
    for (let at = 0; at < names.length && !report.isOver() && !report.stopped(); at++) {
      const told = said("run", at);
      report.test({ ...names[at], holds: told.holds, says: told.says });
    }
  };
  return { run };
})();
