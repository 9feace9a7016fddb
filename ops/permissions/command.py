"""The permissions command: a stack in, the managed policies of the role that deploys it out. Asks nobody."""

import json
from typing import Annotated, Any, Final

import typer

from components.policy.place import place
from config.aws import EksCluster
from config.loader import load_stack
from config.problems import StackError, problem_line

from .. import exit_codes
from ..formats import Format, console, print_json, print_lines
from .registered import ANY_ACCOUNT, registered
from .statements import MOST, MissingError, Statement, document, policies, size, statements, where

LEFT_OUT: Final = (
    "the state: the bucket and key of a self-managed backend, if the stack has one",
    "Kubernetes: whoever makes the cluster is its administrator; another role needs an access entry",
    "what Karpenter and the load balancer controller do in AWS: their own roles, which the program makes",
    "EC2's service-linked role for spot: made once in an account by"
    " `aws iam create-service-linked-role --aws-service-name spot.amazonaws.com`",
    "ssm:GetParameter: pulumi-eks asks it for a default node group, and the program makes none",
    "service control policies and permission boundaries, which may still refuse",
    "a guard against the role itself: it writes policies of the roles named here; a permission boundary bounds them",
    "creating is not narrowed in EC2, whose ids nobody knows before: by region only; deleting by the stack's tag,"
    " where all resources of the type carry it",
)


def permissions(
    stack: Annotated[
        str, typer.Option("--stack", "-s", help="The stack, from its Pulumi.STACK.yaml.")
    ] = "prod",
    form: Annotated[
        Format,
        typer.Option("--format", help="text for people, json for programs, markdown for a change's page."),
    ] = Format.TEXT,
) -> None:
    """The IAM permissions of the role that deploys the stack, from what its program registers.

    Needs no engine, account or network. It is what the program needs to create, read, update and delete; text and
    markdown say what is left out.
    """
    try:
        answer(stack, form)
    except StackError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(exit_codes.WRONG_INPUT) from None


def answer(stack: str, form: Format) -> None:
    """Print it. Raises StackError for a stack that makes nothing in AWS, or something that the table lacks."""
    name, found = f"Pulumi.{stack}.yaml", permitted(stack)
    parts = policies(found)
    heading = f"{name}: {len(parts)} managed policies of the deploying role (a role takes {MOST})"
    if form is Format.JSON:
        print_json({"policies": [document(part) for part in parts], "left_out": list(LEFT_OUT)})
        return
    lines = [f"## {heading}" if form is Format.MARKDOWN else heading, ""]
    for number, part in enumerate(parts, 1):
        text = json.dumps(document(part), indent=2)
        title = f"{stack}-deploy-{number}: {size(part)} characters"
        lines += (
            [f"### {title}", "", "```json", text, "```", ""] if form is Format.MARKDOWN else [title, text, ""]
        )
    bullet = "- " if form is Format.MARKDOWN else "  "
    lines += ["Left out:", "", *(f"{bullet}{line}" for line in LEFT_OUT)]
    if form is Format.MARKDOWN:
        typer.echo("\n".join(lines))
    else:
        print_lines(console(), lines)


def permitted(stack: str) -> list[Statement]:
    """The statements for a stack. Raises StackError."""
    settings, name = load_stack(stack), f"Pulumi.{stack}.yaml"
    target: Any = settings.cluster
    if not isinstance(target, EksCluster):
        problem = "makes nothing in AWS; allowed: a stack whose cluster is of kind eks; name another with -s"
        raise StackError(name, [problem_line("cluster.kind", problem, target.kind)])
    partition = place(target.account or ANY_ACCOUNT, target.region).partition
    here = where(target, target.account or "*", partition)
    try:
        return statements(registered(settings, target), here)
    except MissingError as error:
        problem = "has no permissions in ops/permissions/table.py; add what its API calls are"
        raise StackError(name, [problem_line("resource types", problem, str(error))]) from None


def register(app: typer.Typer) -> None:
    """Adds the command to an application."""
    app.command(epilog=exit_codes.HELP)(permissions)
