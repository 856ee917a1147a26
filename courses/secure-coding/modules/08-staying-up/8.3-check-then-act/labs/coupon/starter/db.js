// A small database, shared by all servers. Read it, leave it as it is.
// Statements are made here and sent with `yield`; the database runs one at a time.

// The first row that has all these values, or null.
const find = (table, where) => ({ kind: "find", table, where });

// Changes every row that has all the values of `where`. The answer is how many rows that were.
const update = (table, where, values) => ({ kind: "update", table, where, values });

function open() {
  const tables = {
    coupons: [
      { code: "SPRING", amount: 50, used_by: null },
      { code: "THANKS", amount: 20, used_by: null },
    ],
    orders: [
      { id: 1, total: 80, discount: 0 },
      { id: 2, total: 90, discount: 0 },
    ],
  };
  const run = ({ kind, table, where, values }) => {
    const rows = tables[table].filter((row) =>
      Object.entries(where).every(([name, value]) => row[name] === value));
    if (kind === "find") return rows.length ? { ...rows[0] } : null;
    rows.forEach((row) => Object.assign(row, values));
    return rows.length;
  };
  return { tables, run };
}

module.exports = { find, update, open };
