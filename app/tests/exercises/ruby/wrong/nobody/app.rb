class Issues
  def initialize(store) = @store = store

  def show(project, id)
    issue = @store.find(id)
    issue && [404, nil] || [404, nil]
  end
end
