"""Users, contexts, enrolments, roles, and each person's data key. No protocol words, no pages."""
