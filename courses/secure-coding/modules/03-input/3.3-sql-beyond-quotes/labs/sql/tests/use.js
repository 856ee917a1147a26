const asked = { project: 1, ids: "11,12,13", sort: "title", direction: "asc" };
const ids = (values) => rows("issues.sql", { ...asked, ...values }).map((row) => Object.values(row)[0]);

test("several issues of the project, by title", () => {
  equal(ids({}), [13, 11, 12]);
});

test("the latest first", () => {
  equal(ids({ sort: "opened_on", direction: "desc" }), [13, 11, 12]);
});

test("the earliest first", () => {
  equal(ids({ sort: "opened_on" }), [12, 11, 13]);
});

test("closed ones before open ones, equal ones by number", () => {
  equal(ids({ sort: "state" }), [13, 11, 12]);
});

test("open ones before closed ones, equal ones by number", () => {
  equal(ids({ sort: "state", direction: "desc" }), [11, 12, 13]);
});

test("a single issue", () => {
  equal(ids({ ids: "12" }), [12]);
});

test("issues of another project are left out", () => {
  equal(ids({ ids: "12,21" }), [12]);
});

test("a longer number does not bring an issue whose number is in it", () => {
  equal(ids({ ids: "112,1300" }), []);
});
