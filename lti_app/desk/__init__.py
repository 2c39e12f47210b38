"""Pages that look across activities: where a launch leads, and choosing what a link opens."""
