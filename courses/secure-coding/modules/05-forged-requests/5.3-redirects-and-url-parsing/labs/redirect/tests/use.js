const goesTo = (next) => load("url.js").parse(load("app.js").target(next)).href;

test("people come back to the page they wanted", () => {
  equal(goesTo("/projects/7?tab=all#note-3"), "https://app.corp.test/projects/7?tab=all#note-3");
});

test("a full address of the own site is fine", () => {
  equal(goesTo("https://app.corp.test/projects/7"), "https://app.corp.test/projects/7");
});

test("an address inside of a query stays where it is", () => {
  equal(goesTo("/search?from=https://docs.example/a"), "https://app.corp.test/search?from=https://docs.example/a");
});

test("without an address people get to the start page", () => {
  equal(goesTo(undefined), "https://app.corp.test/");
  equal(goesTo(""), "https://app.corp.test/");
});

test("a foreign address leads to the start page", () => {
  equal(goesTo("https://other.example/"), "https://app.corp.test/");
  equal(goesTo("javascript:go()"), "https://app.corp.test/");
});
