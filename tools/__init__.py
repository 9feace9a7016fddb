"""Everything that has to be there before the program runs: the toolchain, the venv, the local cluster.

Standard library only, because it runs on the system's Python before a venv exists. It imports nothing of
components, config, apps or ops, and it never reads what a stack asks for.
"""
