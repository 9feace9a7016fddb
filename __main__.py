"""The program: load, plan, review, deploy, export. What is wrong stops it here, before anything is registered."""

import pulumi

from apps.platform import deploy
from apps.review import warnings
from config.loader import load, plan_at
from config.program import stops_the_program, warn

with stops_the_program():
    settings = load()
    plan = plan_at(settings, settings.platform)
    warn(warnings(settings, plan))
    outputs = deploy(settings, plan)

for name, value in outputs.items():
    pulumi.export(name, value)
