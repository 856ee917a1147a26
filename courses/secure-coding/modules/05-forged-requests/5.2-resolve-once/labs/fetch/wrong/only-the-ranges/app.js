const { hostOf, inner } = require("./net.js");

function refuseInner(address) {
  if (inner(address)) throw new Error("inner address");
}

// A user says where events are to be sent.
function save(net, url) {
  refuseInner(net.resolve(hostOf(url)));
  return { url };
}

// Every night, an event is sent there.
function deliver(net, hook, event) {
  return net.post(hook.url, event);
}

module.exports = { save, deliver };
