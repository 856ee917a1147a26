const { hostOf, inner } = require("./net.js");

// A user says where events are to be sent.
function save(net, url) {
  const address = net.resolve(hostOf(url));
  if (inner(address)) throw new Error("inner address");
  return { url, address };
}

// Every night, an event is sent there.
function deliver(net, hook, event) {
  return net.post(hook.url, event, { lookup: () => hook.address });
}

module.exports = { save, deliver };
