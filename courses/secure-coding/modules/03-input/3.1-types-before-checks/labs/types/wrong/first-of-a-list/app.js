const db = require("./db.js");
const mail = require("./mail.js");

const first = (value) => (Array.isArray(value) ? value[0] : value);

// POST /password/reset
function reset(params) {
  const account = db.accountByEmail(first(params.email));
  if (account) mail.send(account.email, `Token for ${account.login}`);
  return { status: 202 };
}

// POST /profile/name
function rename(user, params) {
  const name = first(params.name);
  if (typeof name !== "string" || !name || name.length > 20) return { status: 422 };
  db.accountByLogin(user).name = name;
  return { status: 200 };
}

// POST /teams/join
function join(params) {
  const invitation = db.invitationByCode(first(params.code));
  return invitation ? { status: 200, team: invitation.team } : { status: 404 };
}

const profile = (user) => ({ name: String(db.accountByLogin(user).name) });

module.exports = { reset, rename, join, profile, outbox: mail.outbox };
