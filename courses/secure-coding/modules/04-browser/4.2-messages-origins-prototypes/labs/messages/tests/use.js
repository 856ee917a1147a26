function send(settings, origin = "https://editor.corp.test", type = "settings") {
  const page = load("page.js").page();
  const taken = load("app.js").onMessage({ origin, data: JSON.stringify({ type, settings }) }, page);
  return { taken, settings: page.settings };
}

test("the editor's frame sets the theme", () => {
  const { taken, settings } = send({ theme: "dark" });
  equal(taken, true);
  equal(settings.theme, "dark");
});

test("a setting inside of a group changes, its neighbours stay", () => {
  const { settings } = send({ editor: { tabSize: 4 } });
  equal(settings.editor.tabSize, 4);
  equal(settings.editor.wrap, false);
  equal(settings.theme, "light");
});

test("all three settings arrive at once", () => {
  const { settings } = send({ theme: "dark", editor: { tabSize: 8, wrap: true } });
  equal(settings.theme, "dark");
  equal(settings.editor.tabSize, 8);
  equal(settings.editor.wrap, true);
});

test("other kinds of messages change nothing", () => {
  const { taken, settings } = send({ theme: "dark" }, "https://editor.corp.test", "hello");
  equal(taken, false);
  equal(settings.theme, "light");
});

test("a site with another name is not heard", () => {
  equal(send({ theme: "dark" }, "https://other.example").taken, false);
});
