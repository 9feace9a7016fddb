"""The plan of a stack, of a stack with other figures, and what differs between two."""
