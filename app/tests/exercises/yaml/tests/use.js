const rules = () => tree("gitlab-ci.yml").deploy.rules ?? [];
test("main is deployed", () => ok(rules().some((rule) => /CI_COMMIT_BRANCH == "main"/.test(rule.if) && rule.when !== "never")));
test("it is still built", () => equal(tree("gitlab-ci.yml").build.image, "alpine:3.20"));
