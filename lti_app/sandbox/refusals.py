"""How a service says no: a status, a code and a reason. It decides no refusal itself.

In which words and form a tool hears it is the dialect's to decide.
"""

from flask import Response, jsonify


class RefusalError(Exception):
    """A request that a service does not carry out.

    Args:
        status: of the answer.
        code: a stable word; for tokens one of OAuth's.
        reason: one English sentence for the developer of the tool.
        headers: added to the answer.
        body: stands in place of what the dialect would write.
        content_type: of that body.
    """

    def __init__(
        self,
        status: int,
        code: str,
        reason: str,
        *,
        headers: dict[str, str] | None = None,
        body: str | None = None,
        content_type: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.code = code
        self.reason = reason
        self.headers = headers or {}
        self.body = body
        self.content_type = content_type

    def as_response(self) -> Response:
        """Return the refusal as OAuth writes it, which is plain enough for everything."""
        response = jsonify(error=self.code, error_description=self.reason)
        return self.put_into(response)

    def put_into(self, response: Response) -> Response:
        """Give a response this refusal's status, headers and, where there is one, its body."""
        response.status_code = self.status
        if self.body is not None:
            response.set_data(self.body)
        if self.content_type is not None:
            response.content_type = self.content_type
        response.headers.update(self.headers)
        return response


def not_here() -> RefusalError:
    """Return the one answer for what does not exist and for what is another tool's."""
    return RefusalError(404, "not_found", "There is nothing here that this tool may use.")
