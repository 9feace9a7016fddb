"""``preflight``: what AWS would refuse of a stack, asked before anything is made."""
