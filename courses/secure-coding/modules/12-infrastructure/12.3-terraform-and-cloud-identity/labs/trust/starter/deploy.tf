# Who may take the role.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::111122223333:oidc-provider/git.corp.test"]
    }
    condition {
      test     = "StringLike"
      variable = "git.corp.test:sub"
      values   = ["project_path:acme/*"]
    }
  }
}

# What the role may do.
data "aws_iam_policy_document" "deploy" {
  statement {
    actions   = ["s3:*"]
    resources = ["*"]
  }
}
