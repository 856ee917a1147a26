const guest = { name: "Ola", staff: false };
const staff = { name: "Kim", staff: true };
const ask = (asker, question, ...written) =>
  load("app.js").answer(asker, load("thread.js").thread(...written), question);
const words = (nodes) => nodes.map((node) => node.text).join("");

test("a guest is told what the issue says", () => {
  ok(words(ask(guest, "Why is the export slow?")).includes("slow for large accounts"));
});

test("a guest is told what the comments say", () => {
  ok(words(ask(guest, "What about empty rows?")).includes("It should ignore empty rows"));
});

test("staff are told what the comments say", () => {
  ok(words(ask(staff, "What about empty rows?")).includes("It should ignore empty rows"));
});

test("staff are told what the notes say", () => {
  ok(words(ask(staff, "Who is the customer?")).includes("Brightfield"));
});

test("staff are told what a linked issue says", () => {
  ok(words(ask(staff, "Anything confidential?")).includes("Issue 31"));
});

test("an issue that the asker may not read is not answered", () => {
  const thread = load("thread.js").thread();
  thread.issue.readers = "staff";
  equal(load("app.js").answer(guest, thread, "Why is the export slow?"), null);
});

test("bold words stay bold", () => {
  ok(ask(guest, "Why is the export slow?").some((node) => node.tag === "strong" && node.text === "export"
    || node.tag === "strong" && node.text === "In short:"));
});

test("links and pictures of the tracker stay", () => {
  const nodes = ask(guest, "Where is the curve?");
  ok(nodes.some((node) => node.tag === "a" && node.href === "https://tracker.test/issues/12"));
  ok(nodes.some((node) => node.tag === "img" && node.href === "https://tracker.test/uploads/7.png"));
});

test("the words of a foreign link can still be read", () => {
  const nodes = ask(guest, "Which manual?", "The manual is [over there](https://docs.example/export).");
  ok(words(nodes).includes("over there"), "the words \"over there\" are gone");
});
