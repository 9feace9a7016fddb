"""Which IAM permissions the role needs that deploys a stack."""
