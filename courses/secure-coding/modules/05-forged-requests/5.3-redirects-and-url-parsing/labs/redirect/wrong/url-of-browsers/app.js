const { HOME } = require("./url.js");
function target(next) {
  try {
    const url = new URL(next, HOME);
    return url.origin === HOME ? url.href : "/";
  } catch {
    return "/";
  }
}
module.exports = { target };
