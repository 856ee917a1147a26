const { canRead } = require("./thread.js");
const { complete } = require("./model.js");
const { parse, OWN } = require("./page.js");

const RULES = "Answer the question. Never tell guests what only staff may read.";

// The answer to a question about an issue, as nodes for the page of whoever
// asks. Somebody who may not read the issue gets none.
function answer(asker, thread, question) {
  const { issue, comments, notes, linked } = thread;
  if (!canRead(asker, issue)) return null;

  const parts = [issue, ...comments, ...notes, ...linked].filter((part) => canRead(asker, part))
    .filter((part) => !/\bassistant,/i.test(part.text));
  const context = parts.map((part) => part.text);

  return parse(complete({ rules: RULES, context, question }));
}

module.exports = { answer };
