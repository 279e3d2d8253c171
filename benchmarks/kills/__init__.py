"""Processes killed at random moments, and disks that are full: what is left on disk afterwards."""
