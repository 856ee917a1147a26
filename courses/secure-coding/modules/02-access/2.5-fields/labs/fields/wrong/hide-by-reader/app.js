const db = require("./db.js");

const SETTABLE = ["name", "bio", "email"];

const pick = (from, names) => Object.fromEntries(
  names.filter((name) => Object.hasOwn(from, name)).map((name) => [name, from[name]]));

function seenBy(me, user) {
  const { recoveryCode, role, company, ...rest } = user;
  if (user.id !== me) delete rest.email;
  return rest;
}

// PATCH /users/me
function update(me, body) {
  const user = db.find(me);
  Object.assign(user, pick(body, SETTABLE));
  return { status: 200, user: seenBy(me, user) };
}

// GET /users/:id
function show(me, id) {
  const user = db.find(id);
  if (!user) return { status: 404 };
  return { status: 200, user: seenBy(me, user) };
}

// GET /users
function list(me) {
  return { status: 200, users: db.all().map((user) => seenBy(me, user)) };
}

module.exports = { update, show, list, db }; // the tests look into db
