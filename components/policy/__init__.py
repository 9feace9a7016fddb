"""The capacity model: demand in, numbers with their derivations and findings out. Pure; imports nothing of ours."""
