const { hostOf } = require("./net.js");

const INNER = /^(127|10|192\.168|169\.254)\./;

// A user says where events are to be sent.
function save(net, url) {
  if (INNER.test(net.resolve(hostOf(url)))) throw new Error("inner address");
  return { url };
}

// Every night, an event is sent there.
function deliver(net, hook, event) {
  return net.post(hook.url, event);
}

module.exports = { save, deliver };
