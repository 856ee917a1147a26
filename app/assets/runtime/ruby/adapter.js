// Ruby in the worker: ruby.wasm with a small WASI of our own (no files, no clock to wait on, output only) and no way to the browser's objects. Each test begins
// with the memory that was there before the first.
self.engine = (() => {
  "use strict";
  const encoder = new TextEncoder(), decoder = new TextDecoder();
  const BAD_FILE = 8, NOT_THERE = 52;

  const machine = (module, out) => {
    let wasm;
    const bytes = () => new Uint8Array(wasm.memory.buffer), view = () => new DataView(wasm.memory.buffer);
    const zero = (...places) => { for (const at of places) view().setUint32(at, 0, true); return 0; };
    const write = (file, parts, count, written) => {
      let total = 0;
      for (let i = 0; i < count; i++) {
        const at = view().getUint32(parts + 8 * i, true), length = view().getUint32(parts + 8 * i + 4, true);
        if (file === 1 || file === 2) out(decoder.decode(bytes().slice(at, at + length)));
        total += length;
      }
      view().setUint32(written, total, true);
      return 0;
    };
    const wasi = {
      environ_sizes_get: zero, environ_get: () => 0,
      clock_res_get: (_id, at) => (view().setBigUint64(at, 1000000n, true), 0),
      clock_time_get: (_id, _precision, at) => (view().setBigUint64(at, BigInt(Math.round(Date.now() * 1e6)), true), 0),
      random_get: (at, length) => {
        for (let from = 0; from < length; from += 65536) crypto.getRandomValues(bytes().subarray(at + from, at + Math.min(from + 65536, length)));
        return 0;
      },
      fd_write: write,
      fd_fdstat_get: (file, at) => {
        if (file > 2) return BAD_FILE;
        bytes().fill(0, at, at + 24);
        bytes()[at] = 2;
        view().setBigUint64(at + 8, 0x1fffffffn, true);
        return 0;
      },
      fd_read: (_file, _parts, _count, read) => zero(read),
      fd_close: () => 0, fd_prestat_get: () => BAD_FILE, fd_filestat_get: () => BAD_FILE, fd_seek: () => 70,
      proc_exit: () => { throw new Error("the program ended itself"); },
    };
    const imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      const none = () => { throw new Error("Ruby can't reach " + name + " here"); };
      imports[from] ??= {};
      imports[from][name] = from === "wasi_snapshot_preview1" ? wasi[name] ?? (() => NOT_THERE) : from === "canonical_abi" ? (value) => value : none;
    }
    wasm = new WebAssembly.Instance(module, imports).exports;
    const called = (start) => wasm[Object.keys(wasm).find((name) => name.startsWith(start + ":"))];
    const evaluate = called("rb-eval-string-protect"), textOf = called("rstring-ptr");
    const put = (text) => {
      const data = encoder.encode(text), at = wasm.cabi_realloc(0, 0, 1, data.length);
      bytes().set(data, at);
      return [at, data.length];
    };
    wasm._initialize();
    const names = ["ruby.wasm\0", "-EUTF-8\0", "-e_=0\0"].map(put), list = wasm.cabi_realloc(0, 0, 4, 8 * names.length);
    names.forEach(([at, length], i) => { view().setUint32(list + 8 * i, at, true); view().setUint32(list + 8 * i + 4, length, true); });
    called("ruby-init")(list, names.length);
    called("ruby-init-loadpath")();
    // What a piece of Ruby gives, as text. Ours never throws: what it meets it gives back.
    const run = (code) => {
      const answer = evaluate(...put(code)), value = view().getUint32(answer, true), state = view().getInt32(answer + 4, true);
      if (state) throw new Error("Ruby stopped (" + state + ")");
      const at = textOf(value), from = view().getUint32(at, true);
      return decoder.decode(bytes().slice(from, from + view().getUint32(at + 4, true)));
    };
    let kept = null;
    return {
      run,
      keep: () => { kept = bytes().slice(); },
      back: () => { bytes().set(kept); bytes().fill(0, kept.length); },
    };
  };

  // JSON's texts are Ruby's, but for the one sign that begins an interpolation.
  const literal = (text) => JSON.stringify(text).replace(/#/g, "\\#").replace(/[\u007f-\uffff]/g, (sign) => "\\u" + sign.charCodeAt(0).toString(16).padStart(4, "0"))
    .replace(/((?:\\ud[89ab][0-9a-f]{2}))((?:\\ud[c-f][0-9a-f]{2}))/g, (both) => "\\u{" + JSON.parse('"' + both + '"').codePointAt(0).toString(16) + "}");
  const hash = (files) => "{" + files.map(({ name, text }) => literal(name) + "=>" + literal(text)).join(",") + "}";

  const run = async (job, load, report) => {
    const files = Object.keys(job.files).sort().map((name) => ({ name, text: job.files[name], last: job.edit.includes(name) }));
    files.sort((a, b) => a.last - b.last);
    const ruby = machine(load.modules["ruby.wasm"], report.out);
    ruby.run(decoder.decode(load.data["prelude.rb"]));
    report.ready();
    const said = (code) => {
      const [state, ...rest] = ruby.run(code).split("\x1f");
      if (state === "memory") report.stop("memory");
      else if (state === "wrong") report.stop("error", rest[0]);
      return [state, ...rest];
    };
    // What reaches for the browser, or ends the program, ends itself; the next test begins anew.
    const tried = (kind, at) => {
      try {
        const [state, holds, says] = said("Keepsharp.run(" + at + ")");
        return { holds: state === "done" && holds === "true", says: says ?? "" };
      } catch (error) {
        if (error instanceof WebAssembly.RuntimeError && /memory/.test(error.message)) throw error;
        return { holds: kind === "exploit", says: (kind === "exploit" ? "refused: " : "") + error.message };
      }
    };
    const begun = () => said("Keepsharp.begin(" + [files, job.tests, job.exploit].map(hash).join(",") + ")");
    ruby.keep();
    if (begun()[0] !== "done") return;
    ruby.keep();
    const names = said("Keepsharp.names")[1].split("\x1e").filter(Boolean).map((name) => name.split("\x1d"));
    for (let at = 0; at < names.length && !report.isOver() && !report.stopped(); at++) {
      const [kind, name] = names[at], { holds, says } = tried(kind, at);
      report.test({ kind, name, holds, says });
      ruby.back();
    }
  };
  return { run };
})();
