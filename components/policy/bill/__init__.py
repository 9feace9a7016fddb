"""What a stack costs beside its pools' nodes: what AWS bills for the cluster, the network, the front and the logs.

stack: what is there to be billed -> usage: what is assumed of traffic -> unit_prices -> lines -> total.
"""
