// `rows(file, values)`: what a file's SQL gives on a new database made from schema.sql. `:name` is bound; `{name}` is put in as text, which is the
// weakness at hand. `database()` is one that lasts over several: {rows(file, values), query(sql, values)}.
(() => {
  "use strict";
  const { host_open, host_query, host_close } = globalThis;
  for (const name of ["host_open", "host_query", "host_close"]) delete globalThis[name];
  const bound = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => {
    if (value !== null && typeof value === "object") throw new TypeError(name + ": only texts, numbers and null can be bound");
    return [":" + name, typeof value === "boolean" ? Number(value) : value ?? null];
  }));
  const filled = (source, values) => source.replace(/\{(\w+)\}/g, (all, name) => {
    if (!Object.hasOwn(values, name)) throw new Error("no value is given for " + all);
    return String(values[name]);
  });
  const opened = (schema = "schema.sql") => {
    const at = host_open(text(schema));
    const query = (sql, values = {}) => JSON.parse(host_query(at, filled(sql, values), JSON.stringify(bound(values))));
    return { query, rows: (name, values) => query(text(name), values), close: () => host_close(at) };
  };
  globalThis.database = opened;
  globalThis.rows = (name, values = {}) => {
    const one = opened();
    try { return one.rows(name, values); } finally { one.close(); }
  };
  globalThis.checkFile = (name) => name === "schema.sql" && opened().close();
})();
