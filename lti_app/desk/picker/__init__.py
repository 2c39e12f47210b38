"""Adding activities from inside the platform: choose, set points and dates, look, bring back."""
