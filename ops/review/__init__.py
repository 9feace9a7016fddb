"""What a change makes of the stacks: two revisions planned, priced and previewed side by side, in one comment."""
