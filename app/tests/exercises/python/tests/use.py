@test("a guest reads an issue of the project")
def reads():
    import app
    equal(app.show("A", 12), (200, "A button is blue"))


@test("an issue that is nowhere is not found")
def nowhere():
    import app
    equal(app.show("A", 5)[0], 404)
