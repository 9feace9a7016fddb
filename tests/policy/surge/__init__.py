"""The surge: the load, the call graph, what happened, and the simulator."""
