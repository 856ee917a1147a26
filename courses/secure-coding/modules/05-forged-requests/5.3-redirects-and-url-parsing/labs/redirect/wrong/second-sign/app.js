const { HOME } = require("./url.js");

// Where people go after they have signed in: to the address in ?next=… where
// it belongs to this site, and to the start page otherwise.
function target(next) {
  if (typeof next !== "string") return "/";
  if (/^\/(?![\/\\])/.test(next)) return next;
  if (next.startsWith(`${HOME}/`)) return next;
  return "/";
}

module.exports = { target };
