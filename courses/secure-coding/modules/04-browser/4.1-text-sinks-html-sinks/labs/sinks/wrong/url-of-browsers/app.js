const { element } = require("./dom.js");

function isWeb(text) {
  try {
    return ["http:", "https:"].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}

// card.bodyHtml was made and sanitised by the server; it is missing while a
// card waits to be rendered. All else is as some user typed it.
function render(card) {
  const title = element("h2");
  title.textContent = card.title;

  const body = element("div");
  if (card.bodyHtml) body.innerHTML = card.bodyHtml;
  else body.textContent = card.body;

  const author = element(isWeb(card.website) ? "a" : "span");
  author.textContent = card.author;
  if (isWeb(card.website)) author.setAttribute("href", card.website);

  const root = element("article");
  root.append(title, body, author);
  return root;
}

module.exports = { render };
