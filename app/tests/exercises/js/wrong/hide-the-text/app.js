const db = require("./db.js");

exports.show = ({ project, id }, reader) => {
  if (!db.mayRead(reader, project)) return { status: 404 };
  const issue = db.issueOf(project, id);
  if (!issue) return { status: 404 };
  return { status: 200 };
};
