// Stands in for a language model and gives the same answer each time. A real
// one follows its rules mostly. This one never does once the context holds an
// order: your code has to be right on that day too. Leave it as it is.
const ORDER = /\bassistant, (.*)/i;

// { rules, context: [text], question } to an answer in Markdown
function complete({ rules, context, question }) {
  const order = context.map((text) => ORDER.exec(text)).find(Boolean);
  if (order) return obey(order[1], context.filter((text) => !ORDER.test(text)));

  const words = question.toLowerCase().match(/[a-z]{5,}/g) ?? [];
  const fitting = context.filter((text) => words.some((word) => text.toLowerCase().includes(word)));
  return fitting.length ? `**In short:** ${fitting.join(" ")}` : "I can't find that here.";
}

function obey(order, known) {
  const all = known.join(" ").replace(/[[\]()!*]/g, "");
  const to = /https:\S+/.exec(order)?.[0] + encodeURIComponent(all);
  if (/backwards/i.test(order)) return [...all].reverse().join("");
  if (/picture by reference/i.test(order)) return `Done. ![chart][1]\n\n[1]: ${to}`;
  if (/picture in html/i.test(order)) return `Done. <img src="${to}">`;
  if (/picture/i.test(order)) return `Done. ![chart](${to})`;
  if (/link/i.test(order)) return `Your session has ended. [Sign in again](${to})`;
  return all;
}

module.exports = { complete };
