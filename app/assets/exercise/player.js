// Makes of an exercise that is there to be read one that is done: an editor, a button to run it, results, hints, and at last the solution.
(() => {
  "use strict";
  const HONEST_TRIES = 2;
  const made = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) name.startsWith("on") ? (element[name] = value) : element.setAttribute(name, value);
    element.append(...inside);
    return element;
  };
  // What stands between backquotes is code.
  const rich = (text) => text.split("`").map((part, at) => (at % 2 ? made("code", {}, part) : part));
  const many = (count, one, more) => count + " " + (count === 1 ? one : more);

  // A text area with line numbers. Tab indents; after Escape it leaves, as it does everywhere else.
  const editor = (id, name, text, changed) => {
    const area = made("textarea", { id, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", "aria-describedby": id + "-keys" });
    const numbers = made("pre", { class: "numbers", "aria-hidden": "true" });
    let leaves = false;
    const count = () => {
      const lines = area.value.split("\n").length;
      area.rows = Math.min(Math.max(lines + 1, 4), 30);
      numbers.textContent = Array.from({ length: lines }, (_, i) => i + 1).join("\n");
    };
    const scroll = () => { numbers.scrollTop = area.scrollTop; };
    area.value = text;
    area.oninput = () => { count(); changed(); };
    area.onscroll = scroll;
    area.onkeydown = (event) => {
      if (event.key === "Escape") { leaves = true; return; }
      if (event.key === "Tab" && !leaves && !event.ctrlKey && !event.altKey && !event.metaKey) {
        event.preventDefault();
        const { selectionStart: from, value } = area, start = value.lastIndexOf("\n", from - 1) + 1;
        if (!event.shiftKey) area.setRangeText("  ", from, area.selectionEnd, "end");
        else if (value.startsWith("  ", start)) area.setRangeText("", start, start + 2, "preserve");
        area.oninput();
      } else if (!["Shift", "Tab"].includes(event.key)) leaves = false;
    };
    area.onblur = () => { leaves = false; };
    count();
    const keys = made("p", { id: id + "-keys", class: "keys" }, "Tab indents; press Escape, then Tab, to go on. Ctrl+Enter runs it.");
    const box = made("div", { class: "editor" }, made("label", { for: id }, name), made("div", { class: "lines" }, numbers, area), keys);
    return { box, area, text: () => area.value, set: (value) => { area.value = value; area.oninput(); } };
  };

  const player = async (section) => {
    const reply = await fetch(section.dataset.json, { credentials: "same-origin" });
    if (!reply.ok) throw new Error("the exercise could not be fetched");
    const exercise = await reply.json();
    const begun = Object.fromEntries(exercise.starter.filter(({ name }) => exercise.edit.includes(name)).map(({ name, text }) => [name, text]));
    let runner = null, tries = 0, last = JSON.stringify(begun), hints = 0, saving = 0, running = false;
    const told = (event, detail) => section.dispatchEvent(new CustomEvent("exercise:" + event, { bubbles: true, detail: { id: exercise.id, ...detail } }));
    const now = () => Object.fromEntries(Object.entries(editors).map(([name, one]) => [name, one.text()]));
    const save = async (solved = false) => {
      told("draft", { files: now() });
      if (!section.dataset.draft) return;
      const body = new URLSearchParams({ csrf: section.dataset.csrf ?? "", draft: JSON.stringify(now()) });
      if (solved) body.set("solved", "yes");
      await fetch(section.dataset.draft, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => {});
    };
    const changed = () => { clearTimeout(saving); saving = setTimeout(() => save(), 1500); };
    const editors = Object.fromEntries(exercise.edit.map((name, at) =>
      [name, editor(section.id + "-file-" + at, name, exercise.draft?.[name] ?? begun[name] ?? "", changed)]));

    const status = made("p", { class: "outcome", role: "status", "aria-live": "polite" });
    const list = made("ul", { class: "results" }), output = made("pre", { class: "output", tabindex: "0", "aria-label": "What it printed" });
    const hintList = made("ol", { class: "hints" });
    output.hidden = true;
    const button = (label, onclick, kind = "quiet") => made("button", { type: "button", class: kind, onclick }, label);
    const runButton = button("Run", () => run(), "");
    const hintButton = button("Hint", () => hint()), resetButton = button("Start again", () => reset()), solutionButton = button("Show the solution", () => solve());
    hintButton.hidden = !exercise.hints.length;
    solutionButton.hidden = true;
    const say = (text) => { status.replaceChildren(...rich(text)); };
    const labelled = () => { hintButton.textContent = hints < exercise.hints.length ? "Hint " + (hints + 1) + " of " + exercise.hints.length : "No more hints"; };

    const shown = (test) => {
      const word = test.kind === "use" ? (test.holds ? "works" : "does not work") : test.holds ? "attack fails" : "attack gets through";
      const item = made("li", { class: test.holds ? "holds" : "open" }, made("span", { class: "word" }, word), " ", made("span", {}, test.name));
      if (test.says && !(test.kind === "exploit" && test.holds)) item.append(made("p", {}, test.says));
      return item;
    };
    const outcome = (result) => {
      const uses = result.tests.filter(({ kind }) => kind === "use"), attacks = result.tests.filter(({ kind }) => kind === "exploit");
      const works = uses.filter(({ holds }) => holds).length, through = attacks.filter(({ holds }) => !holds).length;
      const seconds = exercise.time_ms / 1000 + (exercise.time_ms === 1000 ? " second" : " seconds");
      if (result.stopped === "time") return "Stopped: it ran longer than " + seconds + ". Look for a loop without an end.";
      if (result.stopped === "memory") return "Stopped: it took more than " + exercise.memory_mb + " MB of memory.";
      if (result.stopped === "output") return "Stopped: it printed more than 64 KiB.";
      if (result.stopped) return "It could not be run: " + result.message;
      if (works === uses.length && !through) return "It holds: everything works, and no attack gets through. Well done.";
      return works + " of " + many(uses.length, "test passes", "tests pass") + "; " +
        (through ? through + " of " + many(attacks.length, "attack gets", "attacks get") + " through." : "no attack gets through.");
    };
    const run = async () => {
      if (running) return;
      running = true;
      runButton.setAttribute("aria-disabled", "true");
      const edited = now(), text = JSON.stringify(edited);
      try {
        if (!runner) say("Getting ready…");
        runner ??= await openRunner(exercise.runner, exercise.memory_mb);
        say("Running…");
        const result = await runner.run(jobOf(exercise, edited));
        const solved = !result.stopped && result.tests.length > 0 && result.tests.every(({ holds }) => holds);
        // Whoever has changed nothing has tried nothing that could be wrong.
        const wrong = text === JSON.stringify(begun) ? undefined : knownWrong(exercise, result);
        list.replaceChildren(...result.tests.map(shown));
        output.textContent = result.output;
        output.hidden = !result.output;
        say(outcome(result) + (wrong ? " " + wrong.says : ""));
        if (text !== last && text !== JSON.stringify(begun)) { tries++; last = text; }
        solutionButton.hidden = !(solved || tries >= HONEST_TRIES);
        told("result", { solved, result, tries });
        await save(solved);
      } catch (error) {
        runner?.close();
        runner = null;
        say("It could not be run: " + error.message);
      }
      running = false;
      runButton.removeAttribute("aria-disabled");
    };
    const hint = () => {
      if (hints >= exercise.hints.length) return;
      const item = made("li", { tabindex: "-1" }, ...rich(exercise.hints[hints++]));
      hintList.append(item);
      labelled();
      item.focus();
    };
    const reset = () => {
      for (const [name, one] of Object.entries(editors)) one.set(begun[name]);
      say("It is as it was at the beginning.");
    };
    const solve = async () => {
      try {
        const reply = await fetch(section.dataset.solution, { credentials: "same-origin" });
        if (!reply.ok) throw new Error("it could not be fetched");
        for (const { name, text } of (await reply.json()).solution) editors[name]?.set(text);
        say("This is one that holds. Run it, and compare it with yours.");
      } catch (error) { say("The solution: " + error.message); }
    };

    labelled();
    section.onkeydown = (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); } };
    for (const read of section.querySelectorAll("[data-file]")) if (Object.hasOwn(editors, read.dataset.file)) read.hidden = true;
    section.querySelector(".exercise-work").replaceChildren(
      ...Object.values(editors).map(({ box }) => box),
      made("div", { class: "buttons" }, runButton, hintButton, resetButton, solutionButton),
      status, list, output, hintList);
    section.classList.add("is-done");
  };

  for (const section of document.querySelectorAll(".exercise[data-json]"))
    player(section).catch((error) => section.querySelector(".exercise-work").append("This exercise could not be opened here: " + error.message));
})();
