test("people come back to the page they were on", () => {
  equal(load("app.js").target("/orders/7?tab=items"), "/orders/7?tab=items");
});

test("without a page they come to the start", () => {
  equal(load("app.js").target(undefined), "/");
});
