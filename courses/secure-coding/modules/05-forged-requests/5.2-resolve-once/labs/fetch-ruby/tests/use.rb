test("a public page is shown") do
  Web.reset
  equal(App.preview("http://shop.example/here"), "Here I am")
end

test("a redirect within a site is followed") do
  Web.reset
  equal(App.preview("http://shop.example/moved"), "Here I am")
end

test("a redirect to another public site is followed") do
  Web.reset
  equal(App.preview("http://shop.example/away"), "Pages")
end

test("a name that leads inside is refused") do
  Web.reset
  throws { App.preview("http://deep.example/keys") }
end

test("a site that has moved is shown from where it is") do
  Web.reset
  Web.answers("shop.example", "203.0.113.20")
  equal(App.preview("http://shop.example/"), "Pages")
end
