test("a guest reads a comment on an open issue") do
  Store.reset
  equal(App.show("gus", 1, 500), [200, "Looks fine"])
end

test("a member reads a comment on a confidential issue") do
  Store.reset
  equal(App.show("mia", 1, 501), [200, "The key is in line 9"])
end

test("a guest edits a comment on an open issue") do
  Store.reset
  equal(App.edit("gus", 1, 500, "Looks good"), [200, "Looks good"])
  equal(App.show("mia", 1, 500), [200, "Looks good"])
end

test("somebody without a role finds nothing") do
  Store.reset
  equal(App.show("bea", 1, 500), [404, nil])
end

test("a number that nothing has is not found") do
  Store.reset
  equal(App.show("mia", 1, 9999), [404, nil])
end
