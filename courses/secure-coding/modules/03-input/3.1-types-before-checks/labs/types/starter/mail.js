// Sends mail. Read it, leave it as it is.
const outbox = [];

// `to` is one address or a list of addresses.
function send(to, text) {
  for (const address of [].concat(to)) outbox.push({ to: address, text });
}

module.exports = { send, outbox };
