const issues = { 12: { project: "A", text: "A button is blue" }, 77: { project: "B", text: "The key is in the pot" } };

exports.issue = (id) => issues[id];
exports.issueOf = (project, id) => (issues[id]?.project === project ? issues[id] : undefined);
exports.mayRead = (reader, project) => reader === "guest-of-" + project;
