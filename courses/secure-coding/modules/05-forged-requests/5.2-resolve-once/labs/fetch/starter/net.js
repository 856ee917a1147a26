// A small internet with an inside, and a client for it. Read it, leave it as it is.
const REDIRECTS = {
  "http://old.example/in": "http://deep.example/",
  "http://old.example/number": "http://10.0.0.7/",
  "http://old.example/": "http://hooks.example/",
};

// ::ffff:10.0.0.7 is 10.0.0.7 in another spelling, and is routed there.
const plain = (address) => address.replace(/^::ffff:/, "");
const isAddress = (host) => /^[0-9.]+$/.test(host);

// Whether an address lies inside, by its range.
function inner(address) {
  const bytes = plain(address).split(".").map(Number);
  if (bytes.length !== 4) return true; // all of IPv6 is inside here
  const [a, b] = bytes;
  return a === 0 || a === 10 || a === 127 || a >= 224 || (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b <= 127);
}

function hostOf(url) {
  const match = /^https?:\/\/([a-z0-9.-]+)\//.exec(url);
  if (!match) throw new Error("not an address");
  return match[1];
}

// names: what the name server answers, one after another; the last answer stays.
function network(names) {
  const calls = []; // addresses that got a request, with its body
  const net = {
    names,
    calls,
    resolve(host) {
      if (isAddress(host)) return host;
      const answers = names[host];
      if (!answers) throw new Error("no such name");
      return answers.length > 1 ? answers.shift() : answers[0];
    },
    // Sends, and follows up to three redirects. Options, each of them for every hop:
    //   lookup(host)        gives the address of a name; a host that is an address is not looked up
    //   onConnect(address)  is called before the client connects to it, and stops it by throwing
    post(url, body, { lookup = net.resolve, onConnect = () => {} } = {}) {
      let address;
      for (let hop = 0; hop < 4 && url; hop += 1) {
        const host = hostOf(url);
        address = isAddress(host) ? host : lookup(host);
        onConnect(address);
        calls.push({ address: plain(address), body });
        url = REDIRECTS[url];
      }
      return { address };
    },
  };
  return net;
}

module.exports = { network, inner, hostOf };
