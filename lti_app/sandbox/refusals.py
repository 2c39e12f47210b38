"""How a service says no: a status, a code and a reason in JSON. It decides no refusal itself."""

from flask import Response, jsonify


class RefusalError(Exception):
    """A request that a service does not carry out.

    Args:
        status: of the answer.
        code: a stable word; for tokens one of OAuth's.
        reason: one English sentence for the developer of the tool.
        headers: added to the answer.
    """

    def __init__(
        self, status: int, code: str, reason: str, *, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.code = code
        self.reason = reason
        self.headers = headers or {}

    def as_response(self) -> Response:
        response = jsonify(error=self.code, error_description=self.reason)
        response.status_code = self.status
        response.headers.update(self.headers)
        return response


def not_here() -> RefusalError:
    """Return the one answer for what does not exist and for what is another tool's."""
    return RefusalError(404, "not_found", "There is nothing here that this tool may use.")
