"""What Kubernetes takes as the name and the value of a label. Decides no label."""

from typing import Annotated

from pydantic import Field

# Kubernetes, "Labels and Selectors": a value, and the name of a key with an optional DNS prefix.
LabelKey = Annotated[
    str,
    Field(
        pattern=r"^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
        description="at most 63 letters, digits, dashes, underscores and dots, a domain and a slash before them or not",
        examples=["example.com/team"],
    ),
]
LabelValue = Annotated[
    str,
    Field(
        pattern=r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$",
        description="at most 63 letters, digits, dashes, underscores and dots, no other sign first or last",
        examples=["web-1"],
    ),
]
