// What GitLab makes of the two files.
const ci = () => tree("gitlab-ci.yml");
const settings = () => tree("settings.yml");
const words = new Set(["include", "default", "stages", "variables", "workflow", "image", "cache", "before_script", "after_script"]);
const jobs = () => Object.entries(ci()).filter(([name, job]) => !words.has(name) && !name.startsWith(".") && job?.script).map(([name, job]) => ({ name, ...job }));
const all = (list) => [list ?? []].flat(3);
const term = (text, of) => {
  text = text.trim();
  if (/^\$\w+$/.test(text)) return of[text.slice(1)];
  if (text === "null") return undefined;
  const quoted = /^(["'])(.*)\1$/.exec(text);
  if (!quoted) throw new Error("this condition is not known here: " + text);
  return quoted[2];
};
const holds = (condition, of) => String(condition).split("||").some((part) => part.split("&&").every((one) => {
  const [, a, sign, b] = /^(.*?)(==|!=)(.*)$/.exec(one) ?? [null, one];
  if (!sign) return Boolean(term(a, of));
  return (term(a, of) === term(b, of)) === (sign === "==");
}));
const mergeRequest = { CI_PIPELINE_SOURCE: "merge_request_event", CI_MERGE_REQUEST_IID: "7", CI_DEFAULT_BRANCH: "main" };
const onMain = { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main", CI_COMMIT_REF_PROTECTED: "true", CI_DEFAULT_BRANCH: "main" };
const decides = (rules, of) => {
  const rule = all(rules).find((one) => one.if === undefined || holds(one.if, of));
  return Boolean(rule) && rule.when !== "never";
};
const runs = (job, of) => {
  if (job.only || job.except) throw new Error("use rules, not only and except");
  const workflow = ci().workflow?.rules;
  if (workflow && !decides(workflow, of)) return false;
  return job.rules ? decides(job.rules, of) : of !== mergeRequest;
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
  equal(found?.file, "/build.yml");
  ok(found.ref, "say which version");
});

test("jobs run on the company's image of Node", () => ok(jobs().every((job) => /^registry\.corp\.test\/ci\/node[:@]/.test(image(job)))));
