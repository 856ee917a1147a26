// A small database. Read it, leave it as it is.
const accounts = [
  { id: 1, login: "mia", email: "mia@corp.test", name: "Mia" },
  { id: 2, login: "gus", email: "gus@corp.test", name: "Gus" },
];
const invitations = [{ code: "t7-9f3c", team: "payroll" }];

// A value may be a string, a list (one of these) or { not: value }, as in many query builders.
// Strings are compared without regard to case, as many databases do.
function matches(stored, wanted) {
  if (Array.isArray(wanted)) return wanted.some((one) => matches(stored, one));
  if (wanted && typeof wanted === "object" && "not" in wanted) return !matches(stored, wanted.not);
  return typeof wanted === "string" && stored.toUpperCase() === wanted.toUpperCase();
}

const accountByEmail = (email) => accounts.find((one) => matches(one.email, email));
const accountByLogin = (login) => accounts.find((one) => one.login === login);
const invitationByCode = (code) => invitations.find((one) => matches(one.code, code));

module.exports = { accountByEmail, accountByLogin, invitationByCode };
