"""Pulumi's language host for Python, for an engine that was built from its module and so came without one.

A vendor-installed pulumi brings its own host and never sees this one. It runs in the checkout's venv, started by
tools/pulumi-language-python, and serves with the SDK's own stubs.
"""
