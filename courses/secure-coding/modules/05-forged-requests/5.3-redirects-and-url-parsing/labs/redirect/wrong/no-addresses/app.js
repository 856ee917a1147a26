// Where people go after they have signed in: to the address in ?next=… where
// it belongs to this site, and to the start page otherwise.
function target(next) {
  if (typeof next !== "string") return "/";
  if (/\/\/|[\\\t\r\n@:]/.test(next)) return "/";
  return next;
}

module.exports = { target };
