"""The stand-in for pulumi-resource-eks: component resources whose children are real resources of the aws stand-in.

One file per component. It holds no state: what exists is in the aws stand-in's account.
"""
