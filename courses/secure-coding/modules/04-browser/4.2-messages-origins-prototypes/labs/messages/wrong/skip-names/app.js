// The editor's frame at https://editor.corp.test tells the page what people
// chose: `theme`, `editor.tabSize` and `editor.wrap`, all or some of them.

const UNSAFE = ["__proto__", "constructor", "prototype"];

function merge(target, source) {
  for (const key in source) {
    if (UNSAFE.includes(key)) continue;
    if (source[key] !== null && typeof source[key] === "object") {
      if (!target[key]) target[key] = {};
      merge(target[key], source[key]);
    } else {
      target[key] = source[key];
    }
  }
}

// Whether the message was taken.
function onMessage(event, page) {
  if (event.origin !== "https://editor.corp.test") return false;
  const message = JSON.parse(event.data);
  if (message.type !== "settings") return false;
  merge(page.settings, message.settings);
  return true;
}

module.exports = { onMessage };
