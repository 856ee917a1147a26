// Addresses as browsers read them, for the few kinds that matter here.
// Read it, leave it as it is.
const HOME = "https://app.corp.test";

// { origin, path, href } of an address that was found on a page of HOME.
function parse(text) {
  let rest = text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, "").replace(/[\t\r\n]/g, "");
  const named = /^([a-z][a-z0-9+.-]*):/i.exec(rest);
  const scheme = named ? named[1].toLowerCase() : "https";
  if (named) rest = rest.slice(named[0].length);
  if (scheme !== "https" && scheme !== "http") return { origin: "null", path: rest, href: `${scheme}:${rest}` };

  const end = rest.search(/[?#]/) < 0 ? rest.length : rest.search(/[?#]/);
  const tail = rest.slice(end);
  let path = rest.slice(0, end).replace(/\\/g, "/"); // to a browser, \ is /
  let origin = HOME;
  if (path.startsWith("//") || scheme === "http") {
    const [, authority, after] = /^\/*([^/]*)(.*)$/.exec(path);
    const host = authority.slice(authority.lastIndexOf("@") + 1).toLowerCase();
    origin = `${scheme}://${host.replace(scheme === "https" ? /:443$/ : /:80$/, "")}`;
    path = after;
  }
  const parts = [];
  const steps = path.replace(/^\//, "").split("/");
  steps.forEach((step, index) => {
    const isLast = index === steps.length - 1;
    if (step === "..") parts.pop();
    else if (step !== ".") parts.push(step);
    if (isLast && (step === "." || step === "..")) parts.push("");
  });
  path = `/${parts.join("/")}`;
  return { origin, path: path + tail, href: origin + path + tail };
}

module.exports = { HOME, parse };
