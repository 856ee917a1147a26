test("a member reads an issue of the project", () => {
  const { show } = load("app.js");
  const answer = show({ project: "A", id: 12 }, "guest-of-A");
  equal(answer.status, 200);
  equal(answer.text, "A button is blue");
});
test("an issue that is nowhere is not found", () => {
  equal(load("app.js").show({ project: "A", id: 5 }, "guest-of-A").status, 404);
});
