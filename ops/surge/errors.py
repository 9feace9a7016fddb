"""What can go wrong with a run, apart from a cluster that does not answer and a stack that is wrong."""


class RequestError(Exception):
    """An answer of the API server that is not a success. One line."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class NotSettledError(Exception):
    """The lanes do not come to rest at the load before the profile. Lines for people."""


class MisfitError(Exception):
    """A load that never fits the limits. Lines for people."""


class BusyError(Exception):
    """Another run has the cluster."""
