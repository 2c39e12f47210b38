"""The pages that people see: entering, courses, links, roster, gradebook."""
