const db = require("./db.js");

const notFound = () => ({ status: 404 });
const forbidden = () => ({ status: 403 });

// GET /projects/:project/issues
function list(params, user) {
  const project = db.findProject(params.project);
  if (!project || !db.roleOf(user, project)) return notFound();
  return { status: 200, issues: db.issuesVisibleTo(user, project) };
}

// GET /projects/:project/issues/:id
function show(params, user) {
  const project = db.findProject(params.project);
  if (!project || !db.roleOf(user, project)) return notFound();
  const issue = db.findIssue(params.id);
  if (!issue) return notFound();
  if (!db.issuesVisibleTo(user, project).includes(issue)) return forbidden();
  return { status: 200, issue };
}

// PUT /projects/:project/issues/:id
function rename(params, user, title) {
  const project = db.findProject(params.project);
  if (!project || db.roleOf(user, project) !== "member") return notFound();
  const issue = db.findIssue(params.id);
  if (!issue) return notFound();
  if (!db.issuesVisibleTo(user, project).includes(issue)) return forbidden();
  issue.title = title;
  return { status: 200, issue };
}

module.exports = { list, show, rename };
