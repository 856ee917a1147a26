// A page in small: just enough to see what a browser would make of it.
// Read it, leave it as it is.
const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">")
  .replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, "&");

const EMPTY = ["img", "br", "hr", "input"];

class Element {
  constructor(tag) {
    this.tag = tag;
    this.attributes = {};
    this.children = []; // elements, and strings as text
  }
  setAttribute(name, value) { this.attributes[name.toLowerCase()] = String(value); }
  append(...children) { this.children.push(...children); }
  get textContent() {
    return this.children.map((child) => (typeof child === "string" ? child : child.textContent)).join("");
  }
  set textContent(text) { this.children = text ? [String(text)] : []; } // a text sink
  set innerHTML(html) { this.children = parse(String(html ?? "")); } // an HTML sink
}

function parse(html) {
  const top = new Element("");
  const open = [top];
  const part = /<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>|[^<]+|</gi;
  for (const [all, slash, tag, rest] of html.matchAll(part)) {
    const into = open[open.length - 1];
    if (!tag) into.append(unescape(all));
    else if (slash) { if (open.length > 1) open.pop(); }
    else {
      const element = new Element(tag.toLowerCase());
      for (const [, name, a, b, c] of rest.matchAll(/([^\s=\/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+)))?/g))
        element.setAttribute(name, unescape(a ?? b ?? c ?? ""));
      into.append(element);
      if (!EMPTY.includes(element.tag)) open.push(element);
    }
  }
  return top.children;
}

const element = (tag) => new Element(tag);

// All elements of this kind, at any depth.
const all = (root, tag) => root.children.flatMap((child) =>
  (typeof child === "string" ? [] : [...(child.tag === tag ? [child] : []), ...all(child, tag)]));

// The scheme as browsers read it: leading blanks, tabs, line breaks and case don't count.
// There is no URL here; this may serve instead.
const scheme = (url) =>
  /^([a-z][a-z0-9+.-]*):/i.exec(url.replace(/^[\u0000-\u0020]+|[\t\r\n]/g, ""))?.[1].toLowerCase();

// Whether something below would run as script, by itself or on click.
const isLive = (root) => root.children.some((child) => typeof child !== "string" && (
  ["script", "iframe", "object", "embed"].includes(child.tag)
  || Object.keys(child.attributes).some((name) => name.startsWith("on"))
  || scheme(child.attributes.href ?? "") === "javascript"
  || isLive(child)));

module.exports = { element, all, isLive, scheme };
