exports.target = (next) => (next && next.startsWith("/") ? next : "/");
