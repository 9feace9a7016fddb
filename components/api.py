"""The Kubernetes API's own words as plain data."""

from typing import Any, TypeAlias

# A fragment of an object, in the API's field names. The API server is what checks it (tests/cluster); the typed
# argument classes of the SDK would say the same in twice the lines and with names that no manifest has.
ApiObject: TypeAlias = Any
