"""What the pages' scripts ask besides the public API: what a call would cost at most, and what a person's chats are about."""

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_POST

from aitasks import pricing, registry
from aitasks.calls import parse_call
from chat import selectors as chat_selectors
from common import errors
from common.contracts.parsing import parse_json
from common.contracts.wire import int64
from common.errors import TollgateError
from tasks import selectors
from web.identity import Visitor
from web.views.rendering import refusal, signed_in_script


@require_POST
@signed_in_script
def chat_names(_request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Return the first words of each open chat by its thread, to tell them apart in a list."""
    return JsonResponse({"names": chat_selectors.read_names(visitor.account_id)})


@require_POST
@signed_in_script
def quote(request: HttpRequest, visitor: Visitor, feature_name: str) -> HttpResponseBase:
    """Return the highest price of a call, by the rules that would hold it; nothing is fetched, reserved or kept."""
    try:
        body = parse_json(request.body)
        if not isinstance(body, dict):
            raise errors.Malformed("The body must be a JSON object.")
        feature = registry.get_feature(feature_name)
        found = pricing.quote(feature, parse_call(feature, body, type_of=selectors.file_type_reader(visitor.account_id)).call)
    except TollgateError as error:
        return refusal(error)
    return JsonResponse({"creditsMax": int64(found.credits_max)})
