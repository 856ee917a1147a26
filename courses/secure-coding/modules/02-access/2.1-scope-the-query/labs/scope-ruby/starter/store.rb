# A small database. Read it, leave it as it is.
module Store
  Project = Struct.new(:id, :roles)
  Issue = Struct.new(:id, :project_id, :confidential)
  Comment = Struct.new(:id, :issue_id, :text)

  def self.reset
    @projects = [Project.new(1, { "mia" => :member, "gus" => :guest }),
                 Project.new(2, { "bea" => :member })]
    @issues = [Issue.new(12, 1, false), Issue.new(13, 1, true), Issue.new(77, 2, false)]
    @comments = [Comment.new(500, 12, "Looks fine"), Comment.new(501, 13, "The key is in line 9"),
                 Comment.new(502, 77, "Price: 90")]
  end

  def self.project(id) = @projects.find { |project| project.id == id }
  def self.issue(id) = @issues.find { |issue| issue.id == id }

  # Any comment of any project.
  def self.comment(id) = @comments.find { |comment| comment.id == id }

  def self.comments_of(issue) = @comments.select { |comment| comment.issue_id == issue.id }

  # What this user may see inside this project: guests see no confidential ones.
  def self.issues_visible_to(user, project)
    role = project.roles[user]
    @issues.select do |issue|
      issue.project_id == project.id && (role == :member || (role == :guest && !issue.confidential))
    end
  end

  reset
end
