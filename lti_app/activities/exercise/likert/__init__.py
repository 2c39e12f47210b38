"""Self-assessment: statements on one scale. It counts for being done, never for its answers."""
