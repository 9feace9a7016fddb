"""Stand-in for the kubernetes provider plugin: objects of a cluster that nobody can reach from here.

It takes every object as it is, since no API server can be asked, and decides what the vendor's plugin decides without
one: the name of an object that has none, and which change makes a new object. What is done is written to the same
log as the stand-ins for AWS write to, so that one order is seen over both. It validates nothing; the local
cluster's real API server does (tests/cluster).
"""
