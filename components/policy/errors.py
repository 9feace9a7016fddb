"""The one error for what a person wrote: it says which field, which value, what is allowed and what to do."""


class ConfigurationError(ValueError):
    """A stated value that cannot be used. A validator of a model states the field below the model (``env.A``), or none
    for the value that it was given: where that stands, only the reader of the whole knows. A value of None is unstated.
    """

    def __init__(self, *, field: str, value: object, allowed: str, remedy: str) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        self.remedy = remedy
        where = f"{field}: " if field else ""
        super().__init__(
            f"{where}{'this' if value is None else value} is not usable; allowed: {allowed}; {remedy}"
        )

    def within(self, prefix: str) -> "ConfigurationError":
        """The same error with its field under ``prefix``."""
        joined = (
            f"{prefix}{self.field}" if self.field.startswith("[") else f"{prefix}.{self.field}".strip(".")
        )
        return ConfigurationError(field=joined, value=self.value, allowed=self.allowed, remedy=self.remedy)

    def of_the_value(self, prefix: str) -> "ConfigurationError":
        """The same error, told from what is called ``prefix`` in it: that itself, or a field below."""
        below = self.field.removeprefix(prefix).removeprefix(".")
        return ConfigurationError(field=below, value=self.value, allowed=self.allowed, remedy=self.remedy)
