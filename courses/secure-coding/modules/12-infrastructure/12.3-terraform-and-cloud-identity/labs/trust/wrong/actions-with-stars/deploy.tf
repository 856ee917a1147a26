# Who may take the role.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::111122223333:oidc-provider/git.corp.test"]
    }
    condition {
      test     = "StringEquals"
      variable = "git.corp.test:sub"
      values   = ["project_path:acme/shop:ref_type:branch:ref:main"]
    }
    condition {
      test     = "StringEquals"
      variable = "git.corp.test:aud"
      values   = ["https://deploy.corp.test"]
    }
  }
}

# What the role may do.
data "aws_iam_policy_document" "deploy" {
  statement {
    actions   = ["s3:List*", "s3:Put*", "s3:Delete*"]
    resources = ["arn:aws:s3:::acme-shop-site", "arn:aws:s3:::acme-shop-site/*"]
  }
}
