"""The AWS half of the program."""
