"""How a refused value is told, whoever reads it: where it stands, what may stand there, and what was probably meant.

Stacks (config) and the inputs of other languages (components.package) are refused in the same words.
"""
