module App
  # GET /projects/:project_id/comments/:id
  def self.show(user, project_id, id)
    project = Store.project(project_id)
    return [404, nil] unless project && project.roles.key?(user)

    comment = find_for(user, project, id)
    return [404, nil] unless comment

    [200, comment.text]
  end

  # PUT /projects/:project_id/comments/:id
  def self.edit(user, project_id, id, text)
    project = Store.project(project_id)
    return [404, nil] unless project && project.roles.key?(user)

    comment = Store.comment(id)
    return [404, nil] unless comment

    comment.text = text
    [200, comment.text]
  end

  # The one place where an id becomes a comment.
  def self.find_for(user, project, id)
    Store.issues_visible_to(user, project)
         .flat_map { |issue| Store.comments_of(issue) }
         .find { |comment| comment.id == id }
  end
end
