"""Going through a submission finding by finding: a session, and its two fronts."""
