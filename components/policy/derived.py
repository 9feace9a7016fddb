"""A number together with how it came about, and the base of every frozen model."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Frozen(BaseModel):
    """Base of every model of the policy layer: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")


class Derived(Frozen, Generic[T]):
    """A value and its derivation, e.g. ``45`` because ``30 + ceil(30 / 2): one of 3 zones may be lost``."""

    value: T
    because: str

    def __str__(self) -> str:
        return f"{self.value} = {self.because}"


def derived(value: T, because: str) -> Derived[T]:
    """Shorthand for :class:`Derived`, so that a formula and its text stand side by side."""
    return Derived(value=value, because=because)
