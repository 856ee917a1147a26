test("the owner of an address gets a token") do
  Store.reset
  equal(App.reset({ "email" => "mia@corp.test" }), 202)
  equal(Store.outbox, [["mia@corp.test", "Token for mia"]])
end

test("capital letters in an address do no harm") do
  Store.reset
  App.reset({ "email" => "Gus@Corp.test" })
  equal(Store.outbox.map(&:last), ["Token for gus"])
end

test("an address that nobody has gets no mail and the same answer") do
  Store.reset
  equal(App.reset({ "email" => "nobody@corp.test" }), 202)
  equal(Store.outbox, [])
end

test("a name of up to 20 characters is taken") do
  Store.reset
  equal(App.rename("mia", { "name" => "Mia the Magnificent" }), 200)
  equal(Store.by_login("mia").name, "Mia the Magnificent")
end

test("a name that is missing, empty or too long is refused") do
  Store.reset
  equal(App.rename("mia", {}), 422)
  equal(App.rename("mia", { "name" => "" }), 422)
  equal(App.rename("mia", { "name" => "M" * 21 }), 422)
  equal(Store.by_login("mia").name, "Mia")
end

test("the right code confirms, and five wrong ones close the door") do
  Store.reset
  equal(App.confirm("mia", { "code" => "4711" }), 200)
  5.times { equal(App.confirm("gus", { "code" => "1111" }), 401) }
  equal(App.confirm("gus", { "code" => "0815" }), 429)
end
