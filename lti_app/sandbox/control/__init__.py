"""What a test or a person does to the platform while it runs, over JSON and on a page.

All addresses of the API want `Authorization: Bearer` with the control token, and take and give
JSON; where `{course}` stands a context id, as tools are told it:

    GET    /control/platform                  dialect, issuer, and what a registration needs
    GET    /control/presets                   names of faults
    GET    /control/faults                    PUT and DELETE /control/faults/{service}
    GET    /control/requests                  ?service= &after=; DELETE empties the log
    DELETE /control/tokens                    ?client_id=; access tokens are over at once
    POST   /control/keys/rotate               keep_old
    GET    /control/clock                     PUT offset_seconds
    GET    /control/courses                   PATCH /control/courses/{course}: is_concluded
    GET    /control/courses/{course}/gradebook
    GET    /control/courses/{course}/lineitems
    PATCH  /control/courses/{course}/lineitems/{id}       label maximum attempts_allowed is_deleted
    PUT    /control/courses/{course}/lineitems/{id}/results/{sub}   score comment
    PUT    /control/courses/{course}/people/{sub}         standing: active, suspended or gone

    GET    /control/registrations             tools that came by a link
    POST   /control/registrations             a new token and the description's address
    POST   /control/registrations/{client}/on activate, install or enable it
    POST   /control/registrations/{client}/links   course title points

The page at `/controls` offers the same to people.
"""
