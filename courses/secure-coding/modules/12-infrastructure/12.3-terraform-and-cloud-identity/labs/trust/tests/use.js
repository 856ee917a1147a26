// What the cloud makes of the file: who gets the role, and what it may do.
const statements = (name) => tree("deploy.tf").blocks.filter(({ type, labels }) => type === "data" && labels[0] === "aws_iam_policy_document" && labels[1] === name)
  .flatMap(({ blocks }) => blocks.filter(({ type }) => type === "statement"));
// What a local or a variable stands for, alone or inside of a text.
const meant = (kind, name) => {
  const { blocks } = tree("deploy.tf");
  const found = kind === "local" ? blocks.filter(({ type }) => type === "locals").map(({ attributes }) => attributes[name]).find((one) => one !== undefined)
    : blocks.find(({ type, labels }) => type === "variable" && labels[0] === name)?.attributes.default;
  if (found === undefined) throw new Error(kind + "." + name + " is not known here");
  return found;
};
const texts = (list) => [list ?? []].flat().flatMap((one) => {
  if (typeof one === "string") return [one];
  const alone = /^(local|var)\.(\w+)$/.exec(one.expr);
  if (alone) return texts(meant(alone[1], alone[2]));
  const filled = one.expr.replace(/\$\{\s*(local|var)\.(\w+)\s*\}/g, (all, kind, name) => texts(meant(kind, name))[0]);
  if (!/^".*"$/.test(filled) || /[$%]\{/.test(filled)) throw new Error("write it as a plain text: " + one.expr);
  return [filled.slice(1, -1)];
});
const like = (pattern, text) => new RegExp("^" + pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, "[^]*").replace(/\?/g, "[^]") + "$").test(text);
const holds = ({ attributes }, token) => {
  const value = { "git.corp.test:sub": token.sub, "git.corp.test:aud": token.aud }[texts(attributes.variable)[0]];
  const test = texts(attributes.test)[0].replace(/^For(Any|All)Values?:/, "").replace(/IfExists$/, "");
  const compare = { StringEquals: (a, b) => a === b, StringLike: like, StringEqualsIgnoreCase: (a, b) => a.toLowerCase() === b.toLowerCase() }[test];
  if (!compare) throw new Error(test + " is not known here; StringEquals and StringLike are");
  return value !== undefined && texts(attributes.values).some((one) => compare(one, value));
};
const decide = (list, fits) => list.some((one) => one.attributes.effect !== "Deny" && fits(one)) && !list.some((one) => one.attributes.effect === "Deny" && fits(one));
const takes = (sub, aud = "https://deploy.corp.test") => decide(statements("trust"), ({ blocks }) =>
  blocks.filter(({ type }) => type === "condition").every((one) => holds(one, { sub, aud })));
const named = (attributes, key, text) => attributes["not_" + key] ? !texts(attributes["not_" + key]).some((one) => like(one, text)) : texts(attributes[key]).some((one) => like(one, text));
const may = (action, resource) => decide(statements("deploy"), ({ attributes }) => named(attributes, "actions", action) && named(attributes, "resources", "arn:aws:s3:::" + resource));
const job = (project, type, ref) => `project_path:${project}:ref_type:${type}:ref:${ref}`;

test("the job of main takes the role", () => ok(takes(job("acme/shop", "branch", "main")), "a condition keeps it out"));

test("it is a role for jobs of git.corp.test", () => {
  const [{ attributes, blocks }] = statements("trust");
  equal(texts(attributes.actions), ["sts:AssumeRoleWithWebIdentity"]);
  equal(texts(blocks.find(({ type }) => type === "principals")?.attributes.identifiers), ["arn:aws:iam::111122223333:oidc-provider/git.corp.test"]);
});

test("the role lists the site's bucket", () => ok(may("s3:ListBucket", "acme-shop-site"), "s3:ListBucket is not allowed on arn:aws:s3:::acme-shop-site"));

test("the role puts and deletes pages", () => {
  ok(may("s3:PutObject", "acme-shop-site/index.html"), "s3:PutObject is not allowed on index.html in the bucket");
  ok(may("s3:DeleteObject", "acme-shop-site/old/page.html"), "s3:DeleteObject is not allowed on old/page.html in the bucket");
});
