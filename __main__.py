"""The program: load, plan, review, deploy, export. What is wrong stops it here, before anything is registered."""

import pulumi

from apps.platform import deploy
from apps.review import warnings
from components.policy.plan import build_plan
from config.loader import load
from config.network_fit import check_network
from config.program import stops_the_program, warn

with stops_the_program():
    settings = load()
    plan = build_plan(settings.platform)
    check_network(settings, plan)
    warn(warnings(settings, plan))
    outputs = deploy(settings, plan)

for name, value in outputs.items():
    pulumi.export(name, value)
