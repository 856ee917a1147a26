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

// Every order that is possible; an array of how each of them ended.
function everyOrder(source, requests) {
  const ends = [];
  const open = [[]];
  while (open.length > 0 && ends.length < 3000) {
    const chosen = open.pop();
    ends.push(play(source, requests, (alive, step) => {
      if (step >= chosen.length) {
        alive.slice(1).forEach((other) => open.push([...chosen, other]));
        chosen.push(alive[0]);
      }
      return chosen[step];
    }));
  }
  return ends;
}

module.exports = { play, everyOrder };
