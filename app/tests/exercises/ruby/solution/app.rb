class Issues
  def initialize(store) = @store = store

  def show(project, id)
    issue = @store.find_of(project, id)
    issue ? [200, issue[:text]] : [404, nil]
  end
end
