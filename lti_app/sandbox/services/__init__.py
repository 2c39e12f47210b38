"""The services a tool calls by itself: access tokens, gradebook and roster."""
