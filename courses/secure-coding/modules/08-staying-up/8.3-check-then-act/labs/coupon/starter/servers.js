// Runs requests at the same time, in a given order of their statements.
// Read it, leave it as it is.
const db = require("./db.js");

// A server has a copy of the program and memory of its own.
const programs = new Map();
function server(source) {
  if (!programs.has(source)) programs.set(source, new Function("module", "exports", "require", source));
  const module = { exports: {} };
  const give = (file) => {
    if (file !== "./db.js") throw new Error(`there is no ${file} on the server`);
    return db;
  };
  programs.get(source)(module, module.exports, give);
  return module.exports;
}

// `requests`: [{ server, order, code }]. `pick` says which of those alive goes on.
function play(source, requests, pick) {
  const database = db.open();
  const servers = {};
  const running = requests.map((request) => {
    servers[request.server] ??= server(source);
    return { work: servers[request.server].redeem(request.order, request.code), answer: undefined };
  });
  const statuses = requests.map(() => undefined);
  for (let step = 0; step < 100; step++) {
    const alive = running.map((_, at) => at).filter((at) => statuses[at] === undefined);
    if (alive.length === 0) return { ...database.tables, statuses };
    const at = pick(alive, step, database.tables);
    const { value, done } = running[at].work.next(running[at].answer);
    if (done) statuses[at] = value.status;
    else running[at].answer = database.run(value);
  }
  throw new Error("the requests wait for each other and never end");
}

// Goes through the possible orders, those with few changes between the requests first;
// true as soon as one of them ends as `wanted` says.
function someOrder(source, requests, wanted) {
  const open = [[]];
  for (let tried = 0; tried < open.length && tried < 1000; tried++) {
    const chosen = [...open[tried]];
    const end = play(source, requests, (alive, step) => {
      if (step >= chosen.length) {
        const next = alive.includes(chosen[step - 1]) ? chosen[step - 1] : alive[0];
        alive.filter((other) => other !== next).forEach((other) => open.push([...chosen, other]));
        chosen.push(next);
      }
      return chosen[step];
    });
    if (wanted(end)) return true;
  }
  return false;
}

module.exports = { play, someOrder };
