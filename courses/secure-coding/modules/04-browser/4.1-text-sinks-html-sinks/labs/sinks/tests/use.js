const card = (more) => ({
  title: "Faster start", body: "It is **fast**.", bodyHtml: "<p>It is <strong>fast</strong>.</p>",
  author: "Ines", website: "https://ines.example/", ...more,
});
const shown = (more) => load("app.js").render(card(more));
const all = (page, tag) => load("dom.js").all(page, tag);

test("the rendered body keeps its formatting", () => {
  const page = shown();
  equal(all(page, "strong").length, 1);
  equal(all(page, "strong")[0].textContent, "fast");
});

test("a card that waits to be rendered shows its text", () => {
  equal(shown({ bodyHtml: null }).children[1].textContent, "It is **fast**.");
});

test("an empty rendered body counts as missing", () => {
  equal(shown({ bodyHtml: "" }).children[1].textContent, "It is **fast**.");
});

test("signs of comparison in a text are shown as they were typed", () => {
  const text = "if a < b && c > d";
  const page = shown({ bodyHtml: null, body: text, title: text });
  equal(page.children[0].textContent, text);
  equal(page.children[1].textContent, text);
});

test("the author is linked to a website", () => {
  for (const website of ["https://ines.example/", "http://ines.example/a?b=c"]) {
    const [link] = all(shown({ website }), "a");
    ok(link, "there is no link to " + website);
    equal(link.attributes.href, website);
  }
});

test("the author is named in any case", () => {
  for (const website of ["https://ines.example/", "", undefined])
    ok(shown({ website }).textContent.includes("Ines"), "the name is missing where the website is " + JSON.stringify(website));
});
