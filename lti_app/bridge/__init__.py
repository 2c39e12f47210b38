"""Where LTI meets the product: the views of `/lti/*`, launch to session, score sender."""
