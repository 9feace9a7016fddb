"""Commands for people: what the plan is and why, and what the cluster makes of it. They change nothing."""
