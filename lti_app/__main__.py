"""`python -m lti_app` is `rapport`."""

from lti_app.cli import main

if __name__ == "__main__":
    main()
