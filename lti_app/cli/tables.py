"""Every table, imported once: for migrations, and so that string references resolve."""

from lti_app.audit import models as audit
from lti_app.catalog import models as catalog
from lti_app.grading import models as grading
from lti_app.jobs import models as jobs
from lti_app.lti import models as lti
from lti_app.lti import notice_models as notices
from lti_app.people import group_models as groups
from lti_app.people import models as people
from lti_app.submissions import models as submissions
from lti_app.web import models as web

ROOMS = (audit, catalog, grading, groups, jobs, lti, notices, people, submissions, web)
