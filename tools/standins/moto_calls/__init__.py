"""The real thing behind the pretended account: for what moto implements, calls to it by boto's own clients.

row.py says what a type's calls are made of, the tables hold them, mirror.py makes them in order and reads back,
convert.py turns inputs into parameters and answers into outputs, world.py keeps moto's state between processes.
"""
