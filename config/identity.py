"""Whom the pods of a service or a worker are, in the cluster and in AWS, and what they may do there.

Decides no right: each is stated, but for those to the queues that the stack wires.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from components.policy.derived import Frozen
from components.policy.errors import ConfigurationError

# components.aws_policies.queues names its statements so.
_OF_QUEUES: Final = ("SendMessages", "WorkOffMessages")
RoleArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+$",
        description="the ARN of a role of IAM",
        examples=["arn:aws:iam::111122223333:role/payment"],
    ),
]


class Identity(Frozen):
    """The pod's ServiceAccount; its token stays unmounted unless the service talks to the Kubernetes API."""

    kind: Literal["service-account"] = "service-account"
    annotations: dict[str, str] = Field(default_factory=dict)
    mount_token: bool = Field(default=False, strict=True)


IamAction = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9-]+:[A-Z][A-Za-z]+$",
        description="one action by its full name, SERVICE:Action",
        examples=["s3:GetObject"],
    ),
]
AnyArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws[a-z-]*:.+$",
        description="an ARN, arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE",
        examples=["arn:aws:s3:::tickets/*"],
    ),
]
Sid = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9]{1,64}$",
        description="at most 64 letters and digits",
        examples=["ReadTickets"],
    ),
]


ConditionTest = Annotated[
    str,
    Field(
        # IAM, "IAM JSON policy elements: Condition operators".
        pattern=r"^(For(All|Any)Values:)?(String(Not)?(Equals(IgnoreCase)?|Like)|Arn(Not)?(Equals|Like)|Bool|BinaryEquals"
        r"|(Not)?IpAddress|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)|Null)(IfExists)?$",
        description="an operator of IAM",
        examples=["StringEquals"],
    ),
]
ConditionKey = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9-]+:[A-Za-z0-9/._-]+$",
        description="a condition key of IAM, SERVICE:Key",
        examples=["aws:SourceVpc"],
    ),
]
Conditions = dict[ConditionTest, dict[ConditionKey, list[str]]]
RightOn = Annotated[
    str,
    Field(
        pattern=r"^(arn:aws[a-z-]*:.+|\*)$",
        description="an ARN, or * for all that there is",
        examples=["arn:aws:s3:::tickets/*"],
    ),
]


class Right(Frozen):
    """What pods may do with what, in AWS: actions by their full names, things by ARN, under conditions."""

    actions: list[IamAction] = Field(min_length=1, examples=["[s3:GetObject]"])
    resources: list[RightOn] = Field(min_length=1, examples=['["arn:aws:s3:::tickets/*"]'])
    conditions: Conditions = Field(default={}, examples=['{StringEquals: {"cloudwatch:namespace": [shop]}}'])
    # With resource "*" and no condition: that AWS knows nothing narrower for these actions.
    unscoped_because: str | None = Field(default=None, min_length=10)

    @model_validator(mode="after")
    def _everything_is_reasoned(self) -> Self:
        if "*" in self.resources and not self.conditions and self.unscoped_because is None:
            raise ConfigurationError(
                field="resources",
                value="*",
                allowed="ARNs; or *, with conditions or unscoped_because: the reason why AWS takes nothing narrower",
                remedy="name the resources, or state conditions or unscoped_because",
            )
        return self


class AwsIdentity(Frozen):
    """The same with a role of its own in AWS (EKS Pod Identity), in the program's own cluster. Rights by name."""

    kind: Literal["aws"]
    annotations: dict[str, str] = Field(default_factory=dict)
    mount_token: bool = Field(default=False, strict=True)
    # What its queues need is added.
    rights: dict[Sid, Right] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_are_not_the_queues(self) -> Self:
        for name in _OF_QUEUES:
            if name in self.rights:
                raise ConfigurationError(
                    field=f"rights.{name}",
                    value=None,
                    allowed=f"another name: {', '.join(_OF_QUEUES)} are those of the rights to the stack's queues",
                    remedy="rename it",
                )
        return self


class AwsRole(Frozen):
    """The same with a role that is there, in the program's own cluster; its rights, those to queues among them, and
    its trust in EKS Pod Identity are its owner's."""

    kind: Literal["aws-role"]
    annotations: dict[str, str] = Field(default_factory=dict)
    mount_token: bool = Field(default=False, strict=True)
    role_arn: RoleArn


def _kind_of(value: object) -> object:
    """An identity without a kind is the ServiceAccount alone."""
    return (
        value.get("kind", "service-account") if isinstance(value, Mapping) else getattr(value, "kind", None)
    )


AnyIdentity = Annotated[
    Annotated[Identity, Tag("service-account")]
    | Annotated[AwsIdentity, Tag("aws")]
    | Annotated[AwsRole, Tag("aws-role")],
    Discriminator(_kind_of),
]
