test("a guest reads an open issue of the project", () => {
  const answer = load("app.js").show({ project: "A", id: 12 }, "gus");
  equal(answer.status, 200);
  equal(answer.issue.title, "Button too small");
});

test("a member reads a confidential issue of the project", () => {
  equal(load("app.js").show({ project: "A", id: 13 }, "mia").status, 200);
});

test("a member renames an issue of the project", () => {
  const { show, rename } = load("app.js");
  equal(rename({ project: "A", id: 12 }, "mia", "Button is small").status, 200);
  equal(show({ project: "A", id: 12 }, "mia").issue.title, "Button is small");
});

test("a guest renames nothing", () => {
  ok(load("app.js").rename({ project: "A", id: 12 }, "gus", "Mine").status !== 200);
});

test("the list shows each what they may see", () => {
  const { list } = load("app.js");
  equal(list({ project: "A" }, "mia").issues.length, 2);
  equal(list({ project: "A" }, "gus").issues.length, 1);
  equal(list({ project: "A" }, "bea").status, 404);
});

test("a number that nothing has is not found", () => {
  equal(load("app.js").show({ project: "A", id: 9999 }, "mia").status, 404);
});
