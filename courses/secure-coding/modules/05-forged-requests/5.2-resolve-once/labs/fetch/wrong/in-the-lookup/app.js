const { hostOf, inner } = require("./net.js");

function addressOf(net, host) {
  const address = net.resolve(host);
  if (inner(address)) throw new Error("inner address");
  return address;
}

// A user says where events are to be sent.
function save(net, url) {
  addressOf(net, hostOf(url));
  return { url };
}

// Every night, an event is sent there.
function deliver(net, hook, event) {
  return net.post(hook.url, event, { lookup: (host) => addressOf(net, host) });
}

module.exports = { save, deliver };
