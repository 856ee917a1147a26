exports.target = (next) => (next && !/^([a-z]+:)?\/\//i.test(next) ? next : "/");
