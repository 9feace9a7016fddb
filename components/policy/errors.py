"""The one error for what a person wrote: it says which field, which value, what is allowed and what to do."""


class ConfigurationError(ValueError):
    """A stated value that cannot be used."""

    def __init__(self, *, field: str, value: object, allowed: str, remedy: str) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        self.remedy = remedy
        super().__init__(f"{field}: {value!s} is not usable; allowed: {allowed}; {remedy}")

    def within(self, prefix: str) -> "ConfigurationError":
        """The same error with its field under ``prefix``."""
        return ConfigurationError(
            field=f"{prefix}.{self.field}", value=self.value, allowed=self.allowed, remedy=self.remedy
        )
