"""Property tests of this folder: no deadline (a shared machine is slow, not wrong), examples enough for seconds."""

from hypothesis import settings

settings.register_profile("policy", deadline=None, max_examples=60)
settings.load_profile("policy")
