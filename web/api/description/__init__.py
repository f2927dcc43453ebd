"""The description of the API, put together from what each view declares: /api/openapi.json."""

from web.api.description.declared import Given, Taking, taken, takes
from web.api.description.document import description

__all__ = ["Given", "Taking", "description", "taken", "takes"]
