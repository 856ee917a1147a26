// Where to send somebody who has signed in; next is what the link says.
exports.target = (next) => next || "/";
