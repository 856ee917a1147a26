// A small database. Read it, leave it as it is.
const projects = {
  A: { id: "A", roles: { mia: "member", gus: "guest" } },
  B: { id: "B", roles: { bea: "member" } },
};

const issues = [
  { id: 12, project: "A", title: "Button too small", confidential: false },
  { id: 13, project: "A", title: "Key found in a log", confidential: true },
  { id: 77, project: "B", title: "Price list for May", confidential: false },
];

const findProject = (id) => projects[id];
const roleOf = (user, project) => project.roles[user];

// Any issue of any project.
const findIssue = (id) => issues.find((issue) => issue.id === id);

// What this user may see inside this project: guests see no confidential ones.
const issuesVisibleTo = (user, project) =>
  issues.filter((issue) => issue.project === project.id
    && (roleOf(user, project) === "member"
      || (roleOf(user, project) === "guest" && !issue.confidential)));

module.exports = { findProject, roleOf, findIssue, issuesVisibleTo };
