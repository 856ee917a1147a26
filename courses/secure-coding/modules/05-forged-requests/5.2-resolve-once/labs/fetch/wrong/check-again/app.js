const { hostOf, inner } = require("./net.js");

function refuseInner(net, url) {
  if (inner(net.resolve(hostOf(url)))) throw new Error("inner address");
}

// A user says where events are to be sent.
function save(net, url) {
  refuseInner(net, url);
  return { url };
}

// Every night, an event is sent there.
function deliver(net, hook, event) {
  refuseInner(net, hook.url);
  return net.post(hook.url, event);
}

module.exports = { save, deliver };
