"""Checks of a running cluster by clients that share no code with it."""
