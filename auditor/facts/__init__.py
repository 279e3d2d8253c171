"""Evaluations to fact tables: everything that a rule may look at."""
