module App
  # GET /projects/:project_id/comments/:id
  def self.show(user, project_id, id)
    project = Store.project(project_id)
    return [404, nil] unless project && project.roles.key?(user)

    comment = Store.comment(id)
    return [404, nil] unless comment
    return [404, nil] if Store.issue(comment.issue_id).confidential

    [200, comment.text]
  end

  # PUT /projects/:project_id/comments/:id
  def self.edit(user, project_id, id, text)
    project = Store.project(project_id)
    return [404, nil] unless project && project.roles.key?(user)

    comment = Store.comment(id)
    return [404, nil] unless comment
    return [404, nil] if Store.issue(comment.issue_id).confidential

    comment.text = text
    [200, comment.text]
  end
end
