"""The components for programs in other languages: plain inputs with their docs, and the host that the engine asks.

Everything is typed so that the SDK's analyzer reads it: TypedDict for an object, Enum for a choice, a docstring under a
field for its documentation, ``| None`` for what may be left out (the host then leaves out the key). Quantities are
text ("500m", "512Mi", "100ms", "1/3"). Nothing is decided here: each class hands real arguments to the component of
the same name.
"""
