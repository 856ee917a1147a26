// The editor's frame at https://editor.corp.test tells the page what people
// chose: `theme`, `editor.tabSize` and `editor.wrap`, all or some of them.
const EDITOR = "https://editor.corp.test";

// Field by field: what has no line here is not taken over.
function apply(settings, wanted) {
  const { theme, editor } = Object(wanted);
  if (["light", "dark"].includes(theme)) settings.theme = theme;
  Object.assign(settings.editor, editor);
}

// Whether the message was taken.
function onMessage(event, page) {
  if (event.origin !== EDITOR) return false;
  const message = JSON.parse(event.data);
  if (message.type !== "settings") return false;
  apply(page.settings, message.settings);
  return true;
}

module.exports = { onMessage };
