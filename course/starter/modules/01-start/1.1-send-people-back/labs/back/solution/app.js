// A path of ours: one slash, then neither a slash nor a backslash.
const OURS = /^\/(?![\/\\])[\w\-.\/?=&%]*$/;

// Where to send somebody who has signed in; next is what the link says.
exports.target = (next) => (OURS.test(next) ? next : "/");
