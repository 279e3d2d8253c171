"""The model of findings and reports, their words and fingerprints."""
