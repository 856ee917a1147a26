class Store
  ISSUES = { 12 => { project: "A", text: "A button is blue" }, 77 => { project: "B", text: "The key is in the pot" } }.freeze

  def find(id) = ISSUES[id]
  def find_of(project, id) = ISSUES[id]&.then { |issue| issue if issue[:project] == project }
end
