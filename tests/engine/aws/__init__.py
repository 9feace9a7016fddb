"""prod's whole program under the real engine: AWS by the stand-ins, the cluster's inside by a stand-in or for real."""
