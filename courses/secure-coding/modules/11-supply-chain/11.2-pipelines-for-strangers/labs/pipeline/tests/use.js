// What GitLab makes of the two files.
const ci = () => tree("gitlab-ci.yml");
const settings = () => tree("settings.yml");
const words = new Set(["include", "default", "stages", "variables", "workflow", "image", "cache", "before_script", "after_script"]);
const all = (list) => [list ?? []].flat(3);
const whole = (job) => ({ ...Object.assign({}, ...all(job.extends).map((name) => whole(ci()[name] ?? {}))), ...job });
const jobs = () => Object.entries(ci()).filter(([name]) => !words.has(name) && !name.startsWith(".")).map(([name, job]) => ({ name, ...whole(job ?? {}) })).filter(({ script }) => script);
// A condition: || of && of comparisons, with brackets.
const holds = (condition, of) => {
  const signs = String(condition).match(/[()]|&&|\|\||[=!]=|[=!]~|"[^"]*"|'[^']*'|\/(?:\\.|[^/\\])*\/i?|\$\w+|\w+|\S/g) ?? [];
  let at = 0;
  const unknown = () => { throw new Error("this condition is not known here: " + condition); };
  const term = () => {
    const sign = signs[at++] ?? unknown();
    if (/^\$\w/.test(sign)) return of[sign.slice(1)];
    if (sign === "null") return undefined;
    if (/^["']./.test(sign)) return sign.slice(1, -1);
    const [, source, flags] = /^\/(.*)\/(i?)$/.exec(sign) ?? unknown();
    return new RegExp(source, flags);
  };
  const one = () => {
    if (signs[at] === "(") { at++; const value = either(); if (signs[at++] !== ")") unknown(); return value; }
    const a = term(), sign = signs[at];
    if (!/^[=!][=~]$/.test(sign ?? "")) return Boolean(a);
    at++;
    const b = term();
    return (sign[1] === "=" ? a === b : a !== undefined && new RegExp(b).test(a)) === (sign[0] === "=");
  };
  const both = () => { let value = one(); while (signs[at] === "&&") { at++; value = one() && value; } return value; };
  const either = () => { let value = both(); while (signs[at] === "||") { at++; value = both() || value; } return value; };
  const value = either();
  return at < signs.length ? unknown() : value;
};
const mergeRequest = { CI_PIPELINE_SOURCE: "merge_request_event", CI_MERGE_REQUEST_ID: "907", CI_MERGE_REQUEST_IID: "7", CI_DEFAULT_BRANCH: "main", CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main", CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: "fix", CI_COMMIT_REF_NAME: "fix", CI_COMMIT_REF_SLUG: "fix", CI_COMMIT_REF_PROTECTED: "false" };
const onMain = { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main", CI_COMMIT_REF_NAME: "main", CI_COMMIT_REF_SLUG: "main", CI_COMMIT_REF_PROTECTED: "true", CI_DEFAULT_BRANCH: "main" };
const given = (rules) => all(rules).flatMap((one) => (one?.["!reference"] ? given(one["!reference"].reduce((value, key) => value?.[key], ci())) : [one]));
const decides = (rules, of) => {
  const rule = given(rules).find((one) => one.if === undefined || holds(one.if, of));
  return Boolean(rule) && rule.when !== "never";
};
const names = (list, of) => all(list.refs ?? list).some((ref) => {
  if (typeof ref !== "string") throw new Error("of only and except, names of branches are known here; rules can say the rest");
  if (of === mergeRequest) return ref === "merge_requests";
  return ["branches", "pushes", of.CI_COMMIT_BRANCH].includes(ref) || (/^\/.*\/$/.test(ref) && new RegExp(ref.slice(1, -1)).test(of.CI_COMMIT_BRANCH));
});
const runs = (job, of) => {
  const workflow = ci().workflow?.rules;
  if (workflow && !decides(workflow, of)) return false;
  if (job.rules) return decides(job.rules, of);
  return (job.only ? names(job.only, of) : of !== mergeRequest) && !(job.except && names(job.except, of));
};
const environment = (job) => (typeof job.environment === "string" ? job.environment : job.environment?.name);
const image = (job) => { const found = job.image ?? ci().default?.image ?? ci().image; return typeof found === "string" ? found : found?.name ?? ""; };
const caches = (job) => all(job.cache !== undefined ? job.cache : ci().default?.cache ?? ci().cache).filter((one) => all(one?.paths).length);
const scripts = (job) => all([job.before_script, job.script]).join("\n");
const key = () => settings().variables?.DEPLOY_KEY;
const scope = () => key().environment ?? "*";
const isProtected = (list, name) => all(settings()[list]).includes(name);
const deployments = () => jobs().filter((job) => environment(job) === "production" || scripts(job).includes("DEPLOY_KEY"));

test("merge requests are tested", () => ok(jobs().some((job) => scripts(job).includes("npm test") && runs(job, mergeRequest))));

test("main is tested", () => ok(jobs().some((job) => scripts(job).includes("npm test") && runs(job, onMain))));

test("main is deployed, with the key", () => {
  const job = jobs().find((one) => scripts(one).includes("deploy.sh") && runs(one, onMain));
  ok(job, "no job deploys main");
  equal(environment(job), "production");
  ok(key(), "DEPLOY_KEY is gone from the settings");
  ok(["*", "production"].includes(scope()), "the key's scope is not production");
  ok(key().protected !== true || isProtected("protected_branches", "main"), "main is not protected, so it does not get the key");
});

test("the templates are included", () => {
  const found = all(ci().include).find((one) => one.project === "acme/templates");
  ok(all(found?.file).includes("/build.yml"), "acme/templates is not included");
  ok(found.ref, "say which version");
  ok(!/^[0-9a-f]{40}$/.test(found.ref) || text("facts.txt").includes(found.ref), "acme/templates has no commit " + found.ref);
});

test("jobs run on the company's image of Node", () => {
  for (const job of jobs()) {
    const [name, digest] = image(job).split("@");
    ok(/^registry\.corp\.test\/ci\/node(:|$)/.test(name), job.name + " runs on " + image(job));
    ok(!digest || text("facts.txt").split(/\s+/).includes(digest), "the registry has no image " + digest);
  }
});
