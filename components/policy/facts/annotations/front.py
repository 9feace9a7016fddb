"""Annotations of a load balancer's object: what it and the pods behind it do that no field of either says."""

from typing import Final

from ..parse import duration, whole
from .annotation import Annotation
from .values import written_duration

ON_FRONT: Final = "Ingress"

KEEP_ALIVE: Final = Annotation(
    "keep-alive",
    ON_FRONT,
    "How long the pods behind it keep an idle connection open",
    "75s",
    duration,
    written_duration,
)
WITHDRAWN_WITHIN: Final = Annotation(
    "withdrawn-within",
    ON_FRONT,
    "From a pod's deletion until the load balancer sends it nothing new, as measured",
    "25s",
    duration,
    written_duration,
)
BLOCKS_ABOVE: Final = Annotation(
    "blocks-above",
    ON_FRONT,
    "Requests from one address within five minutes above which its firewall blocks them",
    "120000",
    whole,
)
CLIENT_SHARE: Final = Annotation(
    "client-share",
    ON_FRONT,
    "Requests that the honest clients behind one address may ask within five minutes",
    "60000",
    whole,
)
