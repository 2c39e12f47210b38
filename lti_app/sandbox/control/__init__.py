"""What a test or a person does to the platform while it runs, over JSON and on a page."""
