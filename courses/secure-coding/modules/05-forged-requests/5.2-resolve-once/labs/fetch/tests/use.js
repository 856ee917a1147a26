const OUTSIDE = "203.0.113.10";

// What arrived where, after an address was saved and an event was sent.
function sent(url, names, later = names) {
  const { save, deliver } = load("app.js");
  const net = load("net.js").network(names);
  const hook = save(net, url);
  Object.assign(net.names, later);
  deliver(net, hook, "built");
  return net.calls.at(-1);
}

test("an event is sent to a public address", () => {
  equal(sent("http://hooks.example/", { "hooks.example": [OUTSIDE] }).address, OUTSIDE);
});

test("the event arrives as it is", () => {
  equal(sent("http://hooks.example/", { "hooks.example": [OUTSIDE] }).body, "built");
});

test("a receiver that has moved gets its events", () => {
  const last = sent("http://hooks.example/", { "hooks.example": [OUTSIDE] }, { "hooks.example": ["203.0.113.77"] });
  equal(last.address, "203.0.113.77");
});

test("a redirect to another public address is followed", () => {
  const names = { "old.example": ["203.0.113.20"], "hooks.example": [OUTSIDE] };
  equal(sent("http://old.example/", names).address, OUTSIDE);
});

test("an inner address is refused when it is saved", () => {
  const { save } = load("app.js");
  throws(() => save(load("net.js").network({ "deep.example": ["10.0.0.7"] }), "http://deep.example/"));
});
