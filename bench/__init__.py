"""How fast things are, measured side by side in one run, so that a slow machine changes no ratio. Never a test."""
