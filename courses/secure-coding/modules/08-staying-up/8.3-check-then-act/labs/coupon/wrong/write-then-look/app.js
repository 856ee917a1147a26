const db = require("./db.js");

// POST /orders/:id/coupon
// Each `yield` sends one statement to the database and waits for its answer.
// While we wait, other requests go on: here, and on the other server.
function* redeem(id, code) {
  const order = yield db.find("orders", { id });
  const coupon = yield db.find("coupons", { code });
  if (!order || !coupon) return { status: 404 };
  if (coupon.used_by !== null) return { status: 409 };

  yield db.update("coupons", { code }, { used_by: id });
  const now = yield db.find("coupons", { code });
  if (now.used_by !== id) return { status: 409 };
  yield db.update("orders", { id }, { discount: coupon.amount });
  return { status: 200 };
}

module.exports = { redeem };
