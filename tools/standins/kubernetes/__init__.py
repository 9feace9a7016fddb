"""Stand-in for the kubernetes provider plugin: objects of a cluster that nobody can reach from here.

It takes every object as it is, since no API server can be asked, and decides what the vendor's plugin decides without
one: the name of an object that has none, and which change makes a new object. It validates nothing; the local
cluster's real API server does (tests/cluster).
"""
