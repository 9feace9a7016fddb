"""Stand-ins for the aws and eks provider plugins, for a machine that has neither an account nor the plugins.

The real engine drives them. They refuse what can be known to be wrong without an account (the SDK's types, botocore's
models, IAM's grammar, references to nothing, tags beyond limits), keep what was made in a state directory, and fail
when a test orders it. What they accept may still fail in an account. With the vendor's plugins the same program runs
unchanged; `environment` is all that makes the difference.
"""

from tools.standins.plugins import environment

__all__ = ["environment"]
