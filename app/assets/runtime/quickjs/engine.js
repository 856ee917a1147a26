// QuickJS inside the worker: a fresh machine for each test, without any of the browser's own functions, bounded in memory, stack and time.
self.engine = (() => {
  "use strict";
  const STACK = 128 << 10, MODULE_ONLY_COMPILED = 1 | 32;
  const encoder = new TextEncoder(), decoder = new TextDecoder();

  // One machine. `host` are the functions that what runs inside may call: text in, text out. With `kept`, it goes on where another one was.
  const machine = (module, limits, host, kept) => {
    let wasm;
    const bytes = () => new Uint8Array(wasm.memory.buffer), view = () => new DataView(wasm.memory.buffer);
    const put = (text) => {
      const data = encoder.encode(text), at = wasm.wasm_malloc(data.length + 1);
      if (!at) throw new Error("out of memory");
      bytes().set(data, at);
      bytes()[at + data.length] = 0;
      return [at, data.length];
    };
    const take = (value) => {
      const length = wasm.wasm_malloc(8), at = wasm.qjs_get_string_len(value, length);
      if (!at) return "";
      const text = decoder.decode(bytes().slice(at, at + view().getUint32(length, true)));
      wasm.qjs_free_cstring(at);
      wasm.wasm_free(length);
      return text;
    };
    const evaluated = (code, name, how = 0) => {
      const [at, length] = put(code), [file] = put(name);
      const value = wasm.qjs_eval(at, length, file, how);
      wasm.wasm_free(at);
      wasm.wasm_free(file);
      return value;
    };
    const call = (name, length, _this, count, values) => {
      const asked = decoder.decode(bytes().slice(name, name + length));
      const given = Array.from({ length: count }, (_, i) => take(view().getUint32(values + 4 * i, true)));
      // The one that gives back more than text: a file as a function, under its own name, so that errors tell the right line.
      if (asked === "compile") {
        const value = given[2] === "module" ? evaluated(given[0], given[1], MODULE_ONLY_COMPILED)
          : evaluated("(function (module, exports, require) {" + given[0] + "\n})", given[1]);
        return wasm.qjs_is_exception(value) ? 0 : value;
      }
      try {
        const [at, size] = put(String(host[asked](...given)));
        const value = wasm.qjs_new_string(at, size);
        wasm.wasm_free(at);
        return value;
      } catch (error) {
        const [at, size] = put(String(error.message ?? error)), value = wasm.qjs_new_string(at, size);
        wasm.wasm_free(at);
        wasm.qjs_throw(value);
        return 0;
      }
    };
    const random = (at, length) => (crypto.getRandomValues(bytes().subarray(at, at + length)), 0);
    const clock = (_id, _precision, at) => (view().setBigUint64(at, BigInt(Date.now()) * 1000000n, true), 0);
    const write = (_file, parts, count, written) => {
      let total = 0;
      for (let i = 0; i < count; i++) total += view().getUint32(parts + 8 * i + 4, true);
      view().setUint32(written, total, true);
      return 0;
    };
    wasm = new WebAssembly.Instance(module, {
      env: {
        host_call: call,
        host_interrupt: () => (limits.isOver() ? 1 : 0),
        host_promise_rejection: (promise, reason) => (wasm.qjs_free_value(promise), wasm.qjs_free_value(reason)),
        // Modules are only ever looked at, not run; whatever one imports is taken to be there.
        host_module_normalize: (_base, name) => put(decoder.decode(bytes().subarray(name, bytes().indexOf(0, name))))[0],
        host_module_load: (_name, length) => (view().setUint32(length, 0, true), put("")[0]),
        host_get_timezone_offset: () => 0,
      },
      wasi_snapshot_preview1: {
        clock_time_get: clock, random_get: random, fd_write: write,
        fd_close: () => 52, fd_fdstat_get: () => 8, fd_seek: () => 52,
      },
    }).exports;
    const begin = () => {
      wasm._initialize();
      wasm.qjs_init();
      wasm.qjs_set_memory_limit(limits.bytes);
      wasm.qjs_set_max_stack_size(STACK);
      wasm.qjs_set_interrupt_handler(1);
      wasm.qjs_set_module_loader(1);
      const global = wasm.qjs_get_global();
      for (const name of ["compile", ...Object.keys(host)]) {
        const [at, length] = put(name), [as] = put("host_" + name);
        wasm.qjs_set_prop_string(global, as, wasm.qjs_new_host_function(at, length, 3));
      }
    };
    if (kept) {
      wasm.memory.grow((kept.bytes.length - wasm.memory.buffer.byteLength) / 65536);
      bytes().set(kept.bytes);
      wasm.__stack_pointer.value = kept.stack;
    } else begin();
    // What a script gives, as text; what it throws, thrown.
    const run = (code, name) => {
      const value = evaluated(code, name);
      if (!wasm.qjs_is_exception(value)) {
        const text = take(value);
        wasm.qjs_free_value(value);
        return text;
      }
      const error = wasm.qjs_get_exception(), message = take(error);
      const [key] = put("stack"), stack = take(wasm.qjs_get_prop_string(error, key));
      throw Object.assign(new Error(message), { inside: stack });
    };
    // Promises go on until nothing waits: there are no timers inside, so this is all that can ever happen.
    const settle = () => {
      while (wasm.qjs_is_job_pending()) if (limits.isOver() || wasm.qjs_execute_pending_job() < 0) break;
    };
    return { run, settle, keep: () => ({ bytes: bytes().slice(), stack: wasm.__stack_pointer.value }) };
  };

  // Where in the learner's files it went wrong; where in ours helps nobody.
  const placed = (stack, files) => {
    const found = String(stack ?? "").split("\n").map((line) => /([\w./-]+):(\d+)/.exec(line)).find((found) => found && Object.hasOwn(files, found[1]));
    return found ? ` (${found[1]}, line ${found[2]})` : "";
  };
  const run = async (job, load, report) => {
    const host = { out: report.out, ...(await self.hostOf?.(load, report)) };
    const bytes = job.memory_mb * 1048576;
    let isOver = () => false;
    const limits = { bytes, isOver: () => isOver() };
    const fresh = () => {
      const inside = machine(load.modules["quickjs.wasm"], limits, host);
      for (const { name, text } of load.inside) inside.run(text, name);
      inside.run("begin(" + JSON.stringify({ files: job.files }) + ")", "begin");
      for (const part of ["tests", "exploit"])
        for (const { name, text } of job[part])
          inside.run("part(" + JSON.stringify(part) + ", () => {" + text + "\n}); ''", part + "/" + name);
      return inside;
    };
    report.ready();
    isOver = report.isOver;
    try {
      const first = fresh();
      first.run("check(" + JSON.stringify(job.edit) + ")", "check");
      const names = JSON.parse(first.run("names()", "names"));
      const kept = fresh().keep(), again = () => machine(load.modules["quickjs.wasm"], limits, host, kept);
      for (let at = 0; at < names.length; at++) {
        const inside = again();
        let told;
        try {
          inside.run("start(" + at + ")", "start");
          inside.settle();
          if (report.isOver()) break;
          told = JSON.parse(inside.run("finish(" + at + ")", "finish"));
        } catch (error) {
          if (report.isOver() || /out of memory/.test(error.message)) throw error;
          // The browser's own stack can end before QuickJS's; the machine is gone with it, and the next test has another.
          const { kind, name } = names[at];
          told = { kind, name, holds: kind === "exploit", says: error.message + placed(error.inside, job.files) };
        }
        report.test(told);
        if (told.memory) report.stop("memory");
        if (report.stopped()) break;
      }
    } catch (error) {
      const message = String(error.message);
      if (report.isOver()) return;
      if (/out of memory/.test(message)) report.stop("memory");
      else report.stop("error", message + placed(error.inside, job.files));
    }
  };
  return { run };
})();
