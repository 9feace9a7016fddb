"""The wind tunnel: the objects that a stack would deploy, under a load that rises faster than pods do, on the real
controllers of the local cluster. What is modelled there and how a run is read: docs/surge.md."""
