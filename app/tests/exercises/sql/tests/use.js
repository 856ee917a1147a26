test("a name finds its person", () => equal(rows("find.sql", { name: "Ann" }), [{ id: 1, name: "Ann" }]));
test("a name that nobody has finds nobody", () => equal(rows("find.sql", { name: "Zoe" }), []));
