"""The launch: from a click on a link to a signed id_token in the tool."""
