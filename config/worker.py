"""What a stack says about one queue worker: its WorkerSpec (messages, work-off, ...), its queue and its deployment."""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from components.policy.bounds import RETENTION
from components.policy.derived import Frozen
from components.policy.errors import ConfigurationError
from components.policy.quantities import Milliseconds
from components.policy.worker import WorkerSpec

from .containers import AbsolutePath
from .process import PortNumber, Process

_URL: Final = r"^https://sqs\.([a-z0-9-]+)\.amazonaws\.com/(\d{12})/([A-Za-z0-9_-]{1,80}(?:\.fifo)?)$"


class ExistingQueue(Frozen):
    """An SQS queue that is there."""

    kind: Literal["sqs"]
    url: str = Field(
        pattern=_URL,
        description="the address of a queue of SQS, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME",
        examples=["https://sqs.us-east-1.amazonaws.com/111122223333/mails"],
    )

    @property
    def region(self) -> str:
        """Where it is."""
        return self._parts[0]

    @property
    def arn(self) -> str:
        """How rights name it."""
        region, account, name = self._parts
        return f"arn:{'aws-us-gov' if region.startswith('us-gov-') else 'aws'}:sqs:{region}:{account}:{name}"

    @property
    def _parts(self) -> tuple[str, str, str]:
        found = re.fullmatch(_URL, self.url)
        assert found is not None
        return found[1], found[2], found[3]


class NewQueue(Frozen):
    """An SQS queue that the program makes, with a dead-letter queue, in the account of its own cluster."""

    kind: Literal["new-sqs"]
    retention: Annotated[Milliseconds, AfterValidator(RETENTION.of_the_value)] = Milliseconds.parse("96h")
    tries: int = Field(default=5, ge=2, le=1000, strict=True)


class Worker(Process, WorkerSpec):
    """A worker as a stack states it."""

    queue: Annotated[ExistingQueue | NewQueue, Field(discriminator="kind")]
    # The port that serves its metrics and nothing else; left out, nobody asks for them.
    metrics_port: PortNumber | None = None
    metrics_path: AbsolutePath = "/metrics"

    @model_validator(mode="after")
    def _kept_until_worked_off(self) -> Self:
        if isinstance(self.queue, NewQueue) and self.work_off > self.queue.retention:
            raise ConfigurationError(
                field="work_off",
                value=self.work_off,
                allowed=f"at most queue.retention, {self.queue.retention}: the queue throws away what is older",
                remedy="shorten work_off, or let the queue keep messages longer",
            )
        return self

    @property
    def spec(self) -> WorkerSpec:
        """The part that the plan is derived from."""
        stated = {name: getattr(self, name) for name in WorkerSpec.model_fields}
        return WorkerSpec(**{**stated, "resources": self.of_pod(self.resources)})
