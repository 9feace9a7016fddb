"""The preflight command: what AWS would refuse of a stack, a line each, before anything is made. It changes nothing."""

from typing import Annotated

import typer

from components.policy.errors import ConfigurationError
from components.policy.findings import Severity

from .. import exit_codes
from ..plan.planned import planned
from .ask import CannotAskError, Session, ask, session
from .facts import Facts, Problem
from .judge import judge
from .needs import needs


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog=exit_codes.HELP)
    def preflight(
        stack: Annotated[str, typer.Option("--stack", "-s", help="The stack, from its Pulumi.STACK.yaml.")],
    ) -> None:
        """Ask AWS whether it has what a stack needs: account, region, quotas, types, versions, certificates, subnets.

        Of a stack that makes one layer (headroom:layer) what that layer needs. Needs boto3 and credentials; reads only.
        What the credentials may not ask is a warning.
        """
        try:
            layer, facts, problems = asked(stack)
        except (ConfigurationError, CannotAskError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(exit_codes.WRONG_INPUT) from None
        for problem in problems:
            typer.echo(problem)
        errors = sum(problem.severity is Severity.ERROR for problem in problems)
        scope = "" if facts.inside else "; the region was not asked before that is right"
        typer.echo(
            f"account {facts.account}{layer}: {errors} errors, {len(problems) - errors} warnings{scope}",
        )
        if errors:
            raise typer.Exit(exit_codes.NOT_WELL)


def asked(stack: str, found: Session | None = None) -> tuple[str, Facts, list[Problem]]:
    """Of which layer, what AWS says, what is wrong. Raises StackError for the stack, CannotAskError where nobody can be
    asked."""
    plan = planned(stack)
    need = needs(plan.name, plan.settings, plan.plan)
    facts = ask(found or session(), need)
    layer = "" if need.layer == "everything" else f", layer {need.layer}"
    return layer, facts, judge(need, facts)
