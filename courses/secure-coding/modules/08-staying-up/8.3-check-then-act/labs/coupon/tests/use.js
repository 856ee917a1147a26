const inTurn = (requests) =>
  load("servers.js").play(text("app.js"), requests, (alive) => alive[0]);

test("a coupon lowers the price of an order", () => {
  const end = inTurn([{ server: "a", order: 1, code: "SPRING" }]);
  equal(end.statuses[0], 200);
  equal(end.orders[0].discount, 50);
  equal(end.coupons[0].used_by, 1);
});

test("a coupon that was used is refused on the next order", () => {
  const end = inTurn([
    { server: "a", order: 1, code: "SPRING" },
    { server: "b", order: 2, code: "SPRING" },
  ]);
  equal(end.statuses[1], 409);
  equal(end.orders[1].discount, 0);
});

test("a coupon that nobody issued is not found", () => {
  equal(inTurn([{ server: "a", order: 1, code: "WINTER" }]).statuses[0], 404);
});

test("an order that does not exist costs no coupon", () => {
  const end = inTurn([{ server: "a", order: 9, code: "SPRING" }]);
  equal(end.statuses[0], 404);
  equal(end.coupons[0].used_by, null);
});

test("two coupons at the same time both count", () => {
  ok(!load("servers.js").someOrder(text("app.js"), [
    { server: "a", order: 1, code: "SPRING" },
    { server: "b", order: 2, code: "THANKS" },
  ], (end) => end.orders[0].discount !== 50 || end.orders[1].discount !== 20));
});

test("of two requests for one coupon, somebody gets it", () => {
  ok(!load("servers.js").someOrder(text("app.js"), [
    { server: "a", order: 1, code: "SPRING" },
    { server: "b", order: 2, code: "SPRING" },
  ], (end) => end.orders.every((order) => order.discount === 0)));
});
