"""What a method is sent: our work in the method's own words.

The model's ``inputs`` maps the payload's fields to ours: ``{"text": "prompt", "duration": "seconds"}``. Ours are ``prompt``, ``negative``,
``source``, ``target`` and the feature's parameters. Without ``inputs`` everything there is goes under our own names. A source that is a
text is sent as it is, any other as a link (M-2.6).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from aitasks.providers import faults
from aitasks.providers.port import Model, Work


def write_payload(model: Model, work: Work) -> dict[str, Any]:
    """Return the payload for the method; raises ``Refused`` for a source that nobody outside can be given."""
    ours = _list_ours(work)
    wanted: Mapping[str, str] = model.inputs or {name: name for name in ours if name != "target"}
    return {field: ours[name] for field, name in wanted.items() if ours.get(name) is not None}


def make_request_id(work: Work, payload: Mapping[str, Any], *, number: int) -> str:
    """Return the id of the call, the same for every attempt that sends the same (M-2.5); ``number`` counts the calls from 1.

    A link to a source may be another one at each attempt, and the same id may not come with another body.
    """
    parts = [work.key]
    if work.source is not None and work.source.text is None:
        parts.append(hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:12])
    if number > 1:
        parts.append(str(number))
    return "-".join(parts)


def _list_ours(work: Work) -> dict[str, Any]:
    fixed = {"prompt": work.prompt or None, "negative": work.negative or None, "target": work.target}
    return {**work.parameters, **fixed} | ({"source": _write_source(work)} if work.source is not None else {})


def _write_source(work: Work) -> str:
    if work.source is not None and work.source.text is not None:
        return work.source.text
    link = work.make_source_link()
    if not link:
        raise faults.Refused("The AI provider needs a link to the source, and there is none.")
    return link
