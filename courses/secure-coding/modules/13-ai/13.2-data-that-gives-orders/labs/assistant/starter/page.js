// Markdown as nodes for a page. Read it, leave it as it is.
//   { tag: "text" | "strong", text }
//   { tag: "img" | "a", text, href, origin }
// A browser fetches an img unasked, and an a when it is clicked.
const OWN = "https://tracker.test";

const originOf = (href) => /^https?:\/\/[^\/?#\\]*/i.exec(href)?.[0].toLowerCase() ?? "null";
const address = (tag, text, href) => ({ tag, text, href, origin: originOf(href) });

function parse(markdown) {
  const named = {};
  const body = markdown.replace(/^\[(\w+)\]: (\S+)$/gm, (all, name, href) => { named[name] = href; return ""; });
  const part = /\*\*([^*]+)\*\*|(!?)\[([^\]]*)\](?:\(([^)\s]*)\)|\[(\w+)\])|<img src="([^"]*)">/g;
  const nodes = [];
  let done = 0;
  const text = (end) => { if (end > done) nodes.push({ tag: "text", text: body.slice(done, end) }); };
  for (const found of body.matchAll(part)) {
    text(found.index);
    done = found.index + found[0].length;
    const [, strong, picture, words, href, name, source] = found;
    if (strong) nodes.push({ tag: "strong", text: strong });
    else if (source !== undefined) nodes.push(address("img", "", source));
    else nodes.push(address(picture ? "img" : "a", words, href ?? named[name] ?? ""));
  }
  text(body.length);
  return nodes;
}

module.exports = { parse, OWN };
