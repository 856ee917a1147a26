const list = () => tree("Dockerfile");
test("what is needed is installed as root", () => {
  const at = list().findIndex(({ instruction, words }) => instruction === "RUN" && words.includes("apt-get"));
  ok(at > 0, "nothing is installed");
  ok(!list().slice(0, at).some(({ instruction }) => instruction === "USER"), "the user has changed by then");
});
test("it starts as before", () => equal(list().at(-1).words, ["/srv/run", "--all day"]));
