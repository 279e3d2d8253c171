"""The page for people without a terminal: drop a file, see what to correct (``auditor serve``)."""
