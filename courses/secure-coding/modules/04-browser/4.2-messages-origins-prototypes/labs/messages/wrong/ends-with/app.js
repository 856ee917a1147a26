// The editor's frame at https://editor.corp.test tells the page what people
// chose: `theme`, `editor.tabSize` and `editor.wrap`, all or some of them.
const EDITOR = "editor.corp.test";

// Field by field: what has no line here is not taken over.
function apply(settings, wanted) {
  const { theme, editor } = Object(wanted);
  const { tabSize, wrap } = Object(editor);
  if (["light", "dark"].includes(theme)) settings.theme = theme;
  if (Number.isInteger(tabSize)) settings.editor.tabSize = tabSize;
  if (typeof wrap === "boolean") settings.editor.wrap = wrap;
}

// Whether the message was taken.
function onMessage(event, page) {
  if (!event.origin.endsWith(EDITOR)) return false;
  const message = JSON.parse(event.data);
  if (message.type !== "settings") return false;
  apply(page.settings, message.settings);
  return true;
}

module.exports = { onMessage };
