test("the owner of an address gets a token", () => {
  const { reset, outbox } = load("app.js");
  equal(reset({ email: "mia@corp.test" }).status, 202);
  equal(outbox.length, 1);
  equal(outbox[0].to, "mia@corp.test");
  equal(outbox[0].text, "Token for mia");
});

test("capital letters in an address do no harm", () => {
  const { reset, outbox } = load("app.js");
  reset({ email: "Gus@Corp.test" });
  equal(outbox.length, 1);
  equal(outbox[0].text, "Token for gus");
});

test("an address that nobody has gets no mail and the same answer", () => {
  const { reset, outbox } = load("app.js");
  equal(reset({ email: "nobody@corp.test" }).status, 202);
  equal(outbox.length, 0);
});

test("a name of up to 20 characters is taken", () => {
  const { rename, profile } = load("app.js");
  equal(rename("mia", { name: "Mia the Magnificent" }).status, 200);
  equal(profile("mia").name, "Mia the Magnificent");
});

test("a name that is missing, empty or too long is refused", () => {
  const { rename, profile } = load("app.js");
  equal(rename("mia", {}).status, 422);
  equal(rename("mia", { name: "" }).status, 422);
  equal(rename("mia", { name: "M".repeat(21) }).status, 422);
  equal(profile("mia").name, "Mia");
});

test("a code opens its team, a wrong one opens nothing", () => {
  const { join } = load("app.js");
  equal(join({ code: "t7-9f3c" }).team, "payroll");
  equal(join({ code: "t7-0000" }).status, 404);
});
