const db = require("./db.js");
const mail = require("./mail.js");

const isText = (value) => typeof value === "string";

// POST /password/reset
function reset(params) {
  if (!isText(params.email)) return { status: 422 };
  const account = db.accountByEmail(params.email);
  if (account) mail.send(account.email, `Token for ${account.login}`);
  return { status: 202 };
}

// POST /profile/name
function rename(user, params) {
  if (!isText(params.name) || !params.name || params.name.length > 20) return { status: 422 };
  db.accountByLogin(user).name = params.name;
  return { status: 200 };
}

// POST /teams/join
function join(params) {
  const invitation = db.invitationByCode(params.code);
  return invitation ? { status: 200, team: invitation.team } : { status: 404 };
}

const profile = (user) => ({ name: String(db.accountByLogin(user).name) });

module.exports = { reset, rename, join, profile, outbox: mail.outbox };
