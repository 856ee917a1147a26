test("a guest reads an issue of the project") do
  equal(Issues.new(Store.new).show("A", 12), [200, "A button is blue"])
end
test("an issue that is nowhere is not found") { equal(Issues.new(Store.new).show("A", 5)[0], 404) }
