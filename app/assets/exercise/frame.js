// Runs inside the sandboxed frame: an origin of its own, no network, no storage. It takes a runtime's bytes and jobs from the page around it, bounds the
// runtime's memory, starts a worker for each job, and ends it when time is up.
(() => {
  "use strict";
  const PAGE = 65536, LOADING_MS = 60000, GRACE_MS = 400, MOST_TESTS = 200, MOST_OUTPUT = 65536;
  const page = window.parent;
  let origin = "", load = null, script = "", end = null;
  const tell = (message) => page.postMessage(message, origin);
  const short = (text, most) => String(text ?? "").slice(0, most);

  // A WebAssembly module whose memory can't grow beyond so many bytes, whatever runs in it.
  const bounded = (bytes, most) => {
    let at = 8;
    const number = () => {
      for (let value = 0, shift = 0; ; shift += 7) {
        const byte = bytes[at++];
        value += (byte & 127) * 2 ** shift;
        if (!(byte & 128)) return value;
      }
    };
    const written = (value) => {
      const out = [];
      do out.push((value % 128) | (value > 127 ? 128 : 0)); while ((value = Math.floor(value / 128)));
      return out;
    };
    while (at < bytes.length) {
      const start = at, kind = bytes[at++], size = number(), from = at;
      if (kind === 5) {
        const count = number(), flags = bytes[at++], least = number();
        const pages = Math.floor(most / PAGE);
        if (count !== 1 || flags > 1) throw new Error("the runtime has memory of an unknown kind");
        if (least > pages) throw new Error("the runtime itself needs " + Math.ceil((least * PAGE) / 1048576) + " MB");
        const body = [1, 1, ...written(least), ...written(pages)];
        return new Blob([bytes.subarray(0, start), new Uint8Array([5, ...written(body.length), ...body]), bytes.subarray(from + size)]).arrayBuffer();
      }
      at = from + size;
    }
    throw new Error("the runtime has no memory of its own to bound");
  };

  const prepare = async ({ files, memory_mb }) => {
    const text = (bytes) => new TextDecoder().decode(bytes);
    load = { modules: {}, inside: [], data: {} };
    const scripts = [];
    for (const { name, role, bytes } of files) {
      if (role === "wasm") load.modules[name] = await WebAssembly.compile(await bounded(new Uint8Array(bytes), memory_mb * 1048576));
      else if (role === "inside") load.inside.push({ name, text: text(bytes) });
      else if (role === "worker") scripts.push(text(bytes));
      else if (role === "module") scripts.push(text(bytes).replaceAll("import.meta.url", '""').replace(/export default \w+;?\s*$/, ""));
      else load.data[name] = bytes;
    }
    script = URL.createObjectURL(new Blob([scripts.join("\n;\n")], { type: "text/javascript" }));
  };

  const run = (job) => new Promise((resolve) => {
    end?.("error", "another run began");
    const result = { tests: [], output: "", stopped: null, message: "", milliseconds: 0, matched: [] };
    const worker = new Worker(script);
    const began = performance.now();
    let ready = 0, timer = 0;
    const finish = end = (stopped, message = "") => {
      if (end !== finish) return;
      end = null;
      clearTimeout(timer);
      worker.terminate();
      if (stopped) Object.assign(result, { stopped, message: short(message, 2000) });
      if (!result.milliseconds) result.milliseconds = Math.round(performance.now() - (ready || began));
      resolve(result);
    };
    timer = setTimeout(() => finish("error", "the runtime did not start within a minute"), LOADING_MS);
    worker.onerror = (event) => finish("error", event.message || "the worker could not start");
    // What comes from the worker may have been written by the learner's code: it is taken as text and counted, nothing else.
    worker.onmessage = ({ data }) => {
      if (end !== finish) return;
      if (data?.kind === "ready" && !ready) {
        ready = performance.now();
        clearTimeout(timer);
        timer = setTimeout(() => finish("time"), job.time_ms + GRACE_MS);
      } else if (data?.kind === "out") {
        result.output += short(data.text, MOST_OUTPUT - result.output.length);
      } else if (data?.kind === "test" && result.tests.length < MOST_TESTS) {
        const { kind, name, holds, says } = data.test ?? {};
        result.tests.push({ kind: kind === "exploit" ? kind : "use", name: short(name, 300), holds: holds === true, says: short(says, 1000) });
      } else if (data?.kind === "stop" && !result.stopped) {
        result.stopped = ["time", "memory", "output"].find((why) => why === data.why) ?? "error";
        result.message = short(data.message, 2000);
      } else if (data?.kind === "done") {
        result.matched = Array.from(data.matched ?? [], (one) => one === true).slice(0, MOST_TESTS);
        result.milliseconds = Number(data.milliseconds) || 0;
        finish();
      }
    };
    worker.postMessage({ job, load });
  });

  addEventListener("message", async ({ source, origin: from, data }) => {
    if (source !== page) return;
    origin = from;
    try {
      if (data.kind === "load") {
        await prepare(data);
        tell({ kind: "loaded" });
      } else if (data.kind === "run") tell({ kind: "result", id: data.id, result: await run(data.job) });
    } catch (error) {
      tell({ kind: "unable", id: data.id, message: short(error.message, 2000) });
    }
  });
})();
