// The stages of the file: each with its name, what it builds on, and its instructions.
const stages = () => {
  const list = [];
  for (const one of tree("Dockerfile")) {
    if (one.instruction === "FROM") list.push({ base: one.words[0], name: one.words[2] ?? String(list.length), steps: [] });
    else if (list.length) list.at(-1).steps.push(one);
  }
  return list;
};
// Those that the last one stands on, the first of them first.
const chain = () => {
  const all = stages(), found = [all.at(-1)];
  for (let below; (below = all.find(({ name }) => name === found[0].base && !found.some((one) => one.name === name))); ) found.unshift(below);
  return found;
};
const runs = (steps, pattern) => steps.findIndex(({ instruction, value }) => instruction === "RUN" && pattern.test(value));
const copied = (steps) => steps.filter(({ instruction, flags }) => ["COPY", "ADD"].includes(instruction) && !flags.from)
  .flatMap(({ words }) => words.slice(0, -1).map((name) => name.replace(/^\.\/(?=.)/, "").replace(/\/$/, "")));
const building = () => stages().map(({ steps }) => steps).find((steps) => runs(steps, /npm run build/) >= 0);

test("packages are installed from the lock file", () => {
  ok(stages().some(({ steps }) => runs(steps, /npm ci\b/) >= 0), "no step says npm ci");
});

test("the private packages can be fetched", () => {
  const steps = stages().map((one) => one.steps).find((list) => runs(list, /npm ci\b/) >= 0) ?? [];
  const install = steps[runs(steps, /npm ci\b/)];
  const mounted = typeof install?.flags.mount === "string" && /type=secret/.test(install.flags.mount);
  const given = steps.some(({ instruction, value }) => instruction === "ARG" && /NPM_TOKEN/.test(value));
  ok(mounted || given, "npm ci has no token");
});

test("all that is built from is copied before", () => {
  const steps = building();
  ok(steps, "no step says npm run build");
  const names = copied(steps.slice(0, runs(steps, /npm run build/)));
  for (const name of ["package.json", "package-lock.json", "tsconfig.json", "src"])
    ok(names.some((one) => one === "." || one === name || (name.endsWith(".json") && one === "*.json") || (name.startsWith("package") && one === "package*.json")), name + " is missing");
});

test("the server starts, with its packages", () => {
  const steps = chain().flatMap((one) => one.steps);
  const start = steps.findLast(({ instruction }) => instruction === "CMD" || instruction === "ENTRYPOINT");
  ok(start?.words.join(" ").includes("dist/server.js"), "nothing starts dist/server.js");
  const moved = steps.filter(({ instruction, flags }) => instruction === "COPY" && flags.from).flatMap(({ words }) => words.slice(0, -1));
  const whole = moved.some((name) => /^(\/app|\/app\/|\/app\/\.)$/.test(name));
  ok(runs(steps, /npm run build/) >= 0 || whole || moved.some((name) => /\bdist\/?$/.test(name)), "dist is missing in the last stage");
  ok(runs(steps, /npm ci\b/) >= 0 || whole || moved.some((name) => /\bnode_modules\/?$/.test(name)), "node_modules is missing in the last stage");
});

test("it runs on Node", () => {
  ok(/node/.test(chain()[0].base), "the last stage has no Node");
});
