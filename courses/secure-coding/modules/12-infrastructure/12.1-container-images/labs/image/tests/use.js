// The stages of the file: each with its name, what it builds on, and its instructions.
const stages = () => {
  const list = [];
  for (const one of tree("Dockerfile")) {
    if (one.instruction === "FROM") list.push({ base: one.words[0], name: one.words[2] ?? String(list.length), steps: [] });
    else if (list.length) list.at(-1).steps.push(one);
  }
  return list;
};
// A stage and those that it stands on, the first of them first.
const chain = (stage) => {
  const all = stages(), found = [stage];
  for (let below; (below = all.find(({ name }) => name === found[0].base && !found.some((one) => one.name === name))); ) found.unshift(below);
  return found;
};
const stepsOf = (stage) => chain(stage).flatMap(({ steps }) => steps);
const isRun = ({ instruction }) => instruction === "RUN";
const isCopy = ({ instruction }) => instruction === "COPY" || instruction === "ADD";
// All that a command says, and an option that may stand there several times.
const said = ({ value, heredocs }) => [value, ...(heredocs ?? []).map((one) => one.text)].join("\n");
const options = ({ line }, name) => {
  const lines = text("Dockerfile").split(/\r?\n/).slice(line - 1);
  const last = lines.findIndex((one) => !/\\\s*$/.test(one));
  return [...lines.slice(0, last + 1 || undefined).join("\n").matchAll(new RegExp("--" + name + "=(\\S+)", "g"))].map((found) => found[1]);
};
const runs = (steps, pattern) => steps.findIndex((one) => isRun(one) && pattern.test(said(one)));
// However npm is told to: npm ci, npm --userconfig … ci.
const CI = /\bnpm\b[^&|;\n]*\s(ci|clean-install)\b/;
const mounts = (one, type) => options(one, "mount").map((all) => Object.fromEntries(all.split(",").map((part) => part.split("="))))
  .filter((mount) => (mount.type ?? "bind") === type);
const short = (name) => name.replace(/^\.\/(?=.)/, "").replace(/(?<=.)\/(\.|\*+)?$/, "");
const fits = (pattern, name) => pattern === "." || new RegExp("^" + pattern.replace(/[.+^${}()|\\]/g, "\\$&").replace(/\*+/g, "[^/]*").replace(/\?/g, "[^/]") + "$").test(name);
const taken = (one) => (isCopy(one) && !one.flags.from ? one.words.slice(0, -1)
  : mounts(one, "bind").filter(({ from }) => !from).map(({ source, src }) => source ?? src ?? ".")).map(short);

test("packages are installed from the lock file", () => {
  ok(stages().some(({ steps }) => runs(steps, CI) >= 0), "no step says npm ci");
});

test("the private packages can be fetched", () => {
  for (const stage of stages()) for (const install of stage.steps.filter((one) => isRun(one) && CI.test(said(one)))) {
    const steps = stepsOf(stage), [secret] = mounts(install, "secret");
    if (!secret) {
      ok(steps.some(({ instruction, value }) => instruction === "ARG" && /NPM_TOKEN/.test(value)), "npm ci in line " + install.line + " has no token");
      continue;
    }
    const target = secret.target ?? secret.dst ?? secret.destination, id = secret.id ?? target?.split("/").at(-1);
    equal("id=" + id, "id=npmrc"); // as the pipeline passes it
    const place = target ?? "/run/secrets/npmrc";
    const isNamed = [said(install), ...steps.filter(({ instruction }) => instruction === "ENV").map(({ value }) => value)].some((one) => one.includes(place));
    ok(isNamed || /(^|\/)\.npmrc$/.test(place), "npm does not look for its settings in " + place);
  }
});

test("all that is built from is copied before", () => {
  const stage = stages().find(({ steps }) => runs(steps, /npm run build/) >= 0);
  ok(stage, "no step says npm run build");
  const steps = stepsOf(stage), at = runs(steps, /npm run build/);
  const names = [...steps.slice(0, at).filter(isCopy), steps[at]].flatMap(taken);
  for (const name of ["package.json", "package-lock.json", "tsconfig.json", "src"])
    ok(names.some((one) => fits(one, name)), name + " is missing");
});

test("the server starts, with its packages", () => {
  const steps = stepsOf(stages().at(-1));
  const start = ["ENTRYPOINT", "CMD"].flatMap((name) => steps.findLast(({ instruction }) => instruction === name)?.words ?? []).join(" ");
  ok(start.includes("dist/server.js"), "nothing starts dist/server.js");
  const homes = tree("Dockerfile").filter(({ instruction }) => instruction === "WORKDIR").map(({ words }) => short(words[0]));
  const moved = steps.filter((one) => isCopy(one) && one.flags.from).flatMap(({ words }) => words.slice(0, -1)).map(short);
  const isThere = (command, folder) => runs(steps, command) >= 0 || moved.some((name) => homes.includes(name) || name.split("/").at(-1) === folder);
  ok(isThere(/npm run build/, "dist"), "dist is missing in the last stage");
  ok(isThere(CI, "node_modules"), "node_modules is missing in the last stage");
});

test("it runs on Node", () => {
  ok(/node/.test(chain(stages().at(-1))[0].base), "the last stage has no Node");
});
