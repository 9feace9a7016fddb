"""A key of a component's own, which encrypts what AWS stores for it: without the key nobody reads that again."""

from typing import Final

from pulumi_aws import kms

from ..aws_policies.encryption import key_of_the_account
from ..aws_policies.statement import document
from ..policy.place import Place
from .children import Children

# AWS KMS, API reference, ScheduleKeyDeletion: 7 to 30 days in which a mistake can be taken back.
DELETION_DAYS: Final = 30


def make_key(
    children: Children, part: str, description: str, place: Place, *, protect: bool | None
) -> kms.Key:
    """Register the key; ``protect`` as in ``Children.opts``."""
    return kms.Key(
        children.named(part),
        description=description,
        enable_key_rotation=True,
        deletion_window_in_days=DELETION_DAYS,
        policy=document(key_of_the_account(place)),
        tags=children.tagged(part),
        opts=children.opts(protect=protect),
    )
