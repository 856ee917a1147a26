// The harness in the worker: takes one job, lets the engine run it, and tells each result at once, so that nothing is lost when time is up.
(() => {
  "use strict";
  const MOST_OUTPUT = 65536;
  const post = self.postMessage.bind(self);
  // The policy forbids all of these already; whoever looks finds nothing to try.
  const hidden = ["fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource", "importScripts", "indexedDB", "caches",
    "Worker", "SharedWorker", "BroadcastChannel", "Notification", "RTCPeerConnection", "FileSystemSyncAccessHandle"];
  for (const name of hidden) if (name in self) Object.defineProperty(self, name, { value: undefined, configurable: true, writable: true });

  self.onmessage = async ({ data: { job, load } }) => {
    self.onmessage = null;
    let begun = 0, output = 0, stopped = null;
    const report = {
      // From here on the clock runs: what came before was the runtime's own.
      ready: () => { begun = performance.now(); post({ kind: "ready" }); },
      isOver: () => {
        if (!stopped && begun && performance.now() - begun > job.time_ms) report.stop("time");
        return stopped === "time" || stopped === "output";
      },
      stop: (why, message = "") => { if (!stopped) { stopped = why; post({ kind: "stop", why, message: String(message).slice(0, 2000) }); } },
      stopped: () => stopped,
      out: (text) => {
        if (stopped === "output") return "";
        const room = MOST_OUTPUT - output;
        if (text.length) post({ kind: "out", text: text.slice(0, room) });
        output += text.length;
        if (output > MOST_OUTPUT) report.stop("output");
        return "";
      },
      test: ({ kind, name, holds, says }) => post({ kind: "test", test: { kind, name, holds, says } }),
    };
    try {
      await self.engine.run(job, load, report);
    } catch (error) {
      const message = String(error?.message ?? error);
      report.stop(/out of memory|memory access out of bounds|Maximum.*memory|could not allocate/i.test(message) ? "memory" : "error", message);
    }
    const milliseconds = Math.round(begun ? performance.now() - begun : 0);
    // Here, where a pattern that never ends is ended with the worker.
    const edited = job.edit.map((name) => job.files[name]).join("\n");
    const matched = (job.patterns ?? []).map((pattern) => { try { return Boolean(pattern) && new RegExp(pattern, "mu").test(edited); } catch { return false; } });
    post({ kind: "done", milliseconds, matched });
  };
})();
