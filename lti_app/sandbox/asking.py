"""Which tool a request says it is from, before anybody has proven or refused anything."""

from flask import request
from sqlalchemy.orm import Session

from lti_app.sandbox.access_tokens import find_token, sent_token
from lti_app.sandbox.faults import Service
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.state import current_sandbox


def asking_client(service: Service) -> str | None:
    """Return the client id of the tool that asks, None where it is not known.

    At the services it is the one behind the access token; elsewhere the one that is claimed.
    """
    if service is Service.AUTH:
        return request.values.get("client_id")
    with current_sandbox().database.read() as session:
        if service is Service.TOKEN:
            return _asserting_client(session)
        token = sent_token()
        found = find_token(session, token) if token else None
        return found.tool.client_id if found else None


def _asserting_client(session: Session) -> str | None:
    grants = current_sandbox().dialect.grants
    try:
        return grants.find_tool(session, request.form.get("client_assertion", "")).client_id
    except RefusalError:
        return None
