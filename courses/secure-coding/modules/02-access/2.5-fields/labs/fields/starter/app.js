const db = require("./db.js");

// PATCH /users/me
function update(me, body) {
  const user = db.find(me);
  Object.assign(user, body);
  return { status: 200, user };
}

// GET /users/:id
function show(me, id) {
  const user = db.find(id);
  if (!user) return { status: 404 };
  return { status: 200, user };
}

// GET /users
function list(me) {
  return { status: 200, users: db.all() };
}

module.exports = { update, show, list, db }; // the tests look into db
