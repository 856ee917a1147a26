test("people change their name, bio and e-mail address", () => {
  const { update, db } = load("app.js");
  equal(update(1, { name: "Ann", bio: "Likes coffee", email: "ann@corp.test" }).status, 200);
  equal(db.find(1).name, "Ann");
  equal(db.find(1).bio, "Likes coffee");
  equal(db.find(1).email, "ann@corp.test");
});

test("a field that is not sent stays as it is", () => {
  const { update, db } = load("app.js");
  update(1, { bio: "Likes coffee" });
  equal(db.find(1).name, "Anna");
  equal(db.find(1).email, "anna@corp.test");
});

test("people empty their bio", () => {
  const { update, db } = load("app.js");
  update(1, { bio: "" });
  equal(db.find(1).bio, "");
});

test("people see their own e-mail address", () => {
  equal(load("app.js").show(1, 1).user.email, "anna@corp.test");
});

test("colleagues see id, name and bio", () => {
  const { user } = load("app.js").show(2, 1);
  equal([user.id, user.name, user.bio], [1, "Anna", "Likes tea"]);
});

test("the list has everybody", () => {
  equal(load("app.js").list(1).users.map((user) => user.name), ["Anna", "Bo"]);
});

test("a number that nobody has is not found", () => {
  equal(load("app.js").show(1, 99).status, 404);
});
