const { hostOf } = require("./net.js");

const INNER = /^(127|10|192\.168|169\.254)\./;

function refuseInner(address) {
  if (INNER.test(address)) throw new Error("inner address");
}

// A user says where events are to be sent.
function save(net, url) {
  refuseInner(net.resolve(hostOf(url)));
  return { url };
}

// Every night, an event is sent there.
function deliver(net, hook, event) {
  return net.post(hook.url, event, { onConnect: refuseInner });
}

module.exports = { save, deliver };
