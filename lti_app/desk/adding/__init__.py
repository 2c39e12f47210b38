"""What the platform waits for and what has been picked for it, as every page of the desk sees it.

What is picked is kept with the stored request, so nothing that decides anything travels in a form.
"""
