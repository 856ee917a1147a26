const door = () => tree("main.tf").blocks.find(({ labels }) => labels[1] === "door");
test("the office reaches it", () => ok(door().blocks.some(({ attributes: { cidr_blocks = [] } }) =>
  cidr_blocks.includes("198.51.100.0/24") || cidr_blocks.includes("0.0.0.0/0"))));
test("its name is the stage's", () => equal(door().attributes.name, { expr: '"door-${var.stage}"' }));
