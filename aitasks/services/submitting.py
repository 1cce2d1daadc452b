"""Taking a call: check, price, hold, create the task with its job; one transaction, nothing half-done.

When this returns, the task is durable and its credits are reserved. When it raises, nothing has changed.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from accounts.identity import Caller
from accounts.services import access
from aitasks import pricing, routing
from aitasks.calls import UNKNOWN_TYPE, ParsedCall, parse_call
from aitasks.feature import MODEL, Feature
from aitasks.providers.port import Media, Work
from aitasks.source_refs import TEXT, CallInvalid, SourceRef, check_format
from billing.services import ledger, quotas
from common import errors, ids, media
from tasks import selectors as tasks_selectors
from tasks.models import StoredFile, Task
from tasks.services import creating, files

RUN_JOB = "aitasks.run_attempt"
DATA_URI_BYTES_MAX = 12 * 1024 * 1024


def submit(
    *,
    caller: Caller,
    feature: Feature,
    body: Mapping[str, Any],
    contract: str,
    idempotency_key: str | None = None,
    context: Mapping[str, Any] | None = None,
    storage: str = "",
) -> tuple[Task, ParsedCall]:
    """Take a call and return its task, queued; the same idempotency key and body return the same task (P-2.8).

    ``context`` is what the first step finds in its own: words of the house to its providers, which no caller can write. ``storage`` names
    the place for the results (``common.storage.get_storage``); empty: the deployment's own.

    Raises the errors of ``accounts.services.access``, ``billing.services.quotas``, ``aitasks.calls``, ``routing.NoProvider``,
    ``billing.errors.CreditsTooLow``, ``tasks.errors.KeyReused`` …
    """
    caller.check_can_use(api=feature.name, contract=contract)
    if feature.public:
        access.check_access(caller=caller, api=feature.name)
    parsed = parse_call(feature, body, type_of=tasks_selectors.file_type_reader(caller.account_id))
    repeated = creating.find_repeated(account_id=caller.account_id, key=idempotency_key, digest=parsed.digest)
    if repeated is not None:
        return repeated, parsed
    _check_route(feature, parsed, context or {})
    file = _keep_source(caller, feature, parsed.source)
    new = creating.NewTask(
        id=ids.new_id(),
        kind=feature.name,
        contract=contract,
        payload=_payload(parsed, file, context or {}),
        job=RUN_JOB,
        idempotency_key=idempotency_key,
        digest=parsed.digest,
        webhook=parsed.webhook,
        storage=storage,
    )
    try:
        return _create(caller, new, pricing.quote(feature, parsed.call), file), parsed
    except (IntegrityError, errors.PaymentRequired, errors.TooMany):
        # Another request with the same key may have won the race between the look above and our insert, and taken the last credits.
        repeated = creating.find_repeated(account_id=caller.account_id, key=idempotency_key, digest=parsed.digest)
        if repeated is None:
            raise
        return repeated, parsed


def _create(caller: Caller, new: creating.NewTask, quote: pricing.Quote, file: StoredFile | None) -> Task:
    """Hold the credits and create the task, both or neither; a file that was written for it goes when it does not come to be."""
    try:
        with transaction.atomic():
            quotas.take(caller=caller, api=new.kind)
            hold = ledger.place_hold(caller=caller, ref=str(new.id), price=quote.price, units_max=quote.units_max)
            return creating.create_task(caller=caller, new=new, hold=hold, file=file)
    except BaseException:
        if file is not None:
            files.discard_file(file=file)
        raise


def _payload(parsed: ParsedCall, file: StoredFile | None, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the worker needs, as JSON: read by :mod:`running` and :mod:`sources`."""
    source = parsed.source
    return {
        "source": None
        if source is None
        else {
            "type": source.declared_type,
            "text": source.text,
            "url": source.url,
            "file": str(file.pk) if file else str(source.file_id) if source.file_id else None,
        },
        "prompt": parsed.call.prompt,
        "negative": parsed.call.negative,
        "target": parsed.call.target,
        "parameters": parsed.call.parameters.model_dump(mode="json"),
    } | ({"context": dict(context)} if context else {})


def _check_route(feature: Feature, parsed: ParsedCall, context: Mapping[str, Any]) -> None:
    """Refuse now what no provider can do; a source whose type is not known yet is checked when it has been fetched."""
    source = parsed.source
    if source is not None and not source.declared_type:
        return
    parameters = parsed.call.parameters.model_dump()
    work = Work(
        step=feature.name,
        model=parameters.pop(MODEL),
        source=Media(type=source.declared_type) if source else None,
        prompt=parsed.call.prompt,
        negative=parsed.call.negative,
        target=parsed.call.target,
        parameters=parameters,
        folder=Path(),
        context=context,
    )
    routing.check_can_do([replace(work, step=step.name) for step in feature.steps] or [work])


def _keep_source(caller: Caller, feature: Feature, source: SourceRef | None) -> StoredFile | None:
    """Store the bytes of a data: URI and return their row, not saved yet; other sources stay where they are."""
    if source is None or source.data_uri is None:
        return None
    claimed, content = media.parse_data_uri(source.data_uri, bytes_max=DATA_URI_BYTES_MAX)
    with tempfile.NamedTemporaryFile(prefix="tollgate-") as temporary:
        temporary.write(content)
        temporary.flush()
        found = media.sniff(Path(temporary.name))
        content_type = claimed if found == TEXT and claimed.startswith("text/") else found
        if found == UNKNOWN_TYPE and source.declared_type:  # which the feature reads, or we would not be here
            raise CallInvalid("The source is not valid", details={"source.data.src": [f"These bytes are not {source.declared_type}."]})
        check_format(feature, content_type)
        return files.write_file(account_id=caller.account_id, source=Path(temporary.name), content_type=content_type)
