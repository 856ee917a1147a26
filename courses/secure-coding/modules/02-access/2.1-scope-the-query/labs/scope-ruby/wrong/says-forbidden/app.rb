module App
  # GET /projects/:project_id/comments/:id
  def self.show(user, project_id, id)
    project = Store.project(project_id)
    return [404, nil] unless project && project.roles.key?(user)

    comment = Store.comment(id)
    return [404, nil] unless comment
    return [403, nil] unless visible?(user, project, comment)

    [200, comment.text]
  end

  # PUT /projects/:project_id/comments/:id
  def self.edit(user, project_id, id, text)
    project = Store.project(project_id)
    return [404, nil] unless project && project.roles.key?(user)

    comment = Store.comment(id)
    return [404, nil] unless comment
    return [403, nil] unless visible?(user, project, comment)

    comment.text = text
    [200, comment.text]
  end

  def self.visible?(user, project, comment)
    Store.issues_visible_to(user, project).any? { |issue| issue.id == comment.issue_id }
  end
end
