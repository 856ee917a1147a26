// The page's side of running code: fetches a runtime, hands it to the sandboxed frame, and asks the frame to run jobs. Used by the player and, word for
// word, by `course check --run`.
(() => {
  "use strict";
  const PATIENCE_MS = 90000;

  const fetched = async (address, as) => {
    const reply = await fetch(address, { credentials: "same-origin" });
    if (!reply.ok) throw new Error("the runtime could not be fetched (" + reply.status + ")");
    return reply[as]();
  };

  // Opens a frame for one runtime and one limit of memory. Gives {run(job), close()}.
  self.openRunner = async (runner, memory_mb) => {
    const runtime = await fetched("/runtime/" + runner + "/runtime.json", "json");
    const files = await Promise.all(runtime.files.map(async ({ name, role, address }) => ({ name, role, bytes: await fetched(address, "arrayBuffer") })));
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.title = "Where the exercise runs";
    frame.hidden = true;
    frame.src = "/exercise/frame";
    let next = 0;
    const waiting = new Map();
    const settle = (id, how, value) => {
      const one = waiting.get(id);
      waiting.delete(id);
      if (one) { clearTimeout(one.timer); one[how](value); }
    };
    const listen = ({ source, data }) => {
      if (source !== frame.contentWindow) return;
      if (data.kind === "loaded") settle("load", "resolve");
      else if (data.kind === "result") settle(data.id, "resolve", data.result);
      else if (data.kind === "unable") settle(data.id ?? "load", "reject", new Error(String(data.message)));
    };
    const close = () => {
      removeEventListener("message", listen);
      frame.remove();
      for (const id of [...waiting.keys()]) settle(id, "reject", new Error("the exercise was closed"));
    };
    const ask = (id, message, transfer = []) => new Promise((resolve, reject) => {
      // Should the frame itself not answer, it goes, and everything in it.
      const timer = setTimeout(close, PATIENCE_MS);
      waiting.set(id, { resolve, reject, timer });
      // The frame's origin is opaque and has no name to send to; what it gets is code to run and nothing secret.
      frame.contentWindow.postMessage({ ...message, id }, "*", transfer);
    });
    addEventListener("message", listen);
    await new Promise((resolve) => { frame.onload = resolve; document.body.append(frame); });
    try {
      const all = memory_mb + (runtime.memory_mb ?? 0);
      await ask("load", { kind: "load", files, memory_mb: all }, files.map(({ bytes }) => bytes));
    } catch (error) { close(); throw error; }
    return { run: (job) => ask(++next, { kind: "run", job }), close };
  };

  // The job that a learner's text makes of an exercise.
  self.jobOf = (exercise, edited) => ({
    runner: exercise.runner,
    files: { ...Object.fromEntries(exercise.starter.map(({ name, text }) => [name, text])), ...edited },
    edit: exercise.edit, tests: exercise.tests, exploit: exercise.exploit,
    patterns: exercise.wrong.map(({ matches }) => matches ?? null),
    time_ms: exercise.time_ms, memory_mb: exercise.memory_mb,
  });
  self.failedIn = (result) => result.tests.filter(({ holds }) => !holds).map(({ kind, name }) => kind + ": " + name).sort();
  // The known wrong mend that a result is, if any.
  self.knownWrong = (exercise, result) => {
    const failed = JSON.stringify(failedIn(result));
    return result.stopped ? undefined
      : exercise.wrong.find(({ fails, matches }, at) => JSON.stringify([...fails].sort()) === failed && (!matches || result.matched[at]));
  };
})();
