// A small database. Read it, leave it as it is.
const rows = [
  { id: 1, name: "Anna", bio: "Likes tea", email: "anna@corp.test", company: 1, role: "member", recoveryCode: "tulip-40" },
  { id: 2, name: "Bo", bio: "", email: "bo@corp.test", company: 1, role: "admin", recoveryCode: "maple-17" },
];

const find = (id) => rows.find((row) => row.id === id);
const all = () => rows;

// A migration of next month: the column is there, app.js was not touched.
const addColumn = (name, value) => rows.forEach((row) => { row[name] = value; });

module.exports = { find, all, addColumn };
