"""The AWS half of the platform: account, network, EKS cluster, and what stands in it before the first service.

account -> network -> eks -> inside; stacks.py is how one stack reads what another made of these.
"""
