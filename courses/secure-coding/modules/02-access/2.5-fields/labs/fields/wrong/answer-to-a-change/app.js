const db = require("./db.js");

const SETTABLE = ["name", "bio", "email"];
const FOR_ALL = ["id", "name", "bio"];
const FOR_SELF = [...FOR_ALL, "email"];

const pick = (from, names) => Object.fromEntries(
  names.filter((name) => Object.hasOwn(from, name)).map((name) => [name, from[name]]));

const seenBy = (me, user) => pick(user, user.id === me ? FOR_SELF : FOR_ALL);

// PATCH /users/me
function update(me, body) {
  const user = db.find(me);
  Object.assign(user, pick(body, SETTABLE));
  return { status: 200, user };
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
