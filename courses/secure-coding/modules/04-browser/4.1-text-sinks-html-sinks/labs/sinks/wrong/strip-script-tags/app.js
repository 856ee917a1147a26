const { element } = require("./dom.js");

const isWeb = (text) => /^https?:\/\//i.test(text);

// card.bodyHtml was made and sanitised by the server; it is missing while a
// card waits to be rendered. All else is as some user typed it.
const clean = (text) => text.replace(/<\/?script[^>]*>/gi, "");

function render(card) {
  const title = element("h2");
  title.innerHTML = clean(card.title);

  const body = element("div");
  body.innerHTML = card.bodyHtml || clean(card.body);

  const author = element(isWeb(card.website) ? "a" : "span");
  author.textContent = card.author;
  if (isWeb(card.website)) author.setAttribute("href", card.website);

  const root = element("article");
  root.append(title, body, author);
  return root;
}

module.exports = { render };
