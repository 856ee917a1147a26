const { parse } = require("./url.js");

// Where people go after they have signed in: to the address in ?next=… where
// it belongs to this site, and to the start page otherwise.
function target(next) {
  if (typeof next !== "string") return "/";
  const url = parse(next);
  return /^https:\/\/.*corp\.test$/.test(url.origin) ? url.href : "/";
}

module.exports = { target };
