class Issues
  def initialize(store) = @store = store

  def show(project, id)
    issue = @store.find(id)
    return [403, nil] if issue && issue[:project] != project
    issue ? [200, issue[:text]] : [404, nil]
  end
end
