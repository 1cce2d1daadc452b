"""Predictions: every model at Replicate is run by making one, and looking at it until it ends.

Wire: ``POST /v1/predictions`` or ``/v1/models/{owner}/{name}/predictions``, ``GET /v1/predictions/{id}``, ``POST …/{id}/cancel``; states
``starting``, ``processing``, ``succeeded``, ``failed``, ``canceled``, ``aborted``; ``Cancel-After`` is the vendor's own deadline
(replicate.com/docs/reference/http, 2026-11-20). Replicate takes no idempotency key: only the stored id keeps an attempt from paying twice.
"""

import base64
import re
import threading
from collections.abc import Generator, Iterable, Iterator
from time import monotonic
from typing import Any

from replicate.client import Client
from replicate.identifier import ModelVersionIdentifier
from replicate.prediction import Prediction
from replicate.version import Versions

from aitasks.providers import faults, jobs
from aitasks.providers.jobs import LOST, JobLost, Look
from aitasks.providers.line import Line
from aitasks.providers.port import Access, Event, Media, Work
from aitasks.providers.replicate import failures, inputs, upstream
from aitasks.providers.results import Delivery

LOOKED_UP_SECONDS = 600.0
"""A model's schema is asked for so often."""
INLINE_BYTES_MAX = 262_144
"""Larger sources are uploaded: what Replicate recommends for ``data:`` URIs."""
OVER = ("succeeded", "failed", "canceled")
TEXT_KEYS = ("text", "transcription", "output", "answer", "caption")
_PERCENT = re.compile(r"(\d{1,3})(?:\.\d+)?%")
_VERSION = re.compile(r"[0-9a-f]{64}")
_schemas: dict[tuple[str, str], tuple[float, inputs.Schema]] = {}
_schemas_lock = threading.Lock()


def run(access: Access, model: str, work: Work) -> Generator[Event, None, None]:
    """Do a step with ``model``, yielding events."""
    delivery = Delivery(work, access)
    deliver = delivery.take_text if work.target == "text" else delivery.take_files
    yield from jobs.follow(Predictions(access, model, work), deliver, access=access, resume=work.resume)


class Predictions:
    """The requests for one piece of work; implements :class:`jobs.Vendor`."""

    cancels = True
    patience = 1.0

    def __init__(self, access: Access, model: str, work: Work) -> None:
        self._access = access
        self._model = model
        self._work = work

    def begin(self, line: Line) -> Look:
        """Make a prediction; an image that is worked on is sent with it, or before it."""
        with upstream.open_client(self._access, line) as client:
            schema = _find_schema(client, self._access, self._model)
            given = inputs.write_input(self._work, schema, _send_image(client, self._work.source))
            return self._read(_create(client, self._model, given))

    def look(self, reference: str, line: Line) -> Look:
        """Return how the prediction stands; raises :class:`JobLost` when it ended without output or is not there."""
        try:
            with upstream.open_client(self._access, line) as client:
                return self._read(client.predictions.get(reference))
        except faults.ModelMissing:
            raise JobLost(LOST) from None

    def cancel(self, reference: str, line: Line) -> None:
        """End the prediction; what it did until then is paid."""
        with upstream.open_client(self._access, line) as client:
            client.predictions.cancel(reference)

    def _read(self, prediction: Prediction) -> Look:
        if prediction.status == "canceled":
            raise JobLost(LOST)
        if prediction.status == "failed":
            raise failures.judge_prediction(prediction.error or "")
        links = self._work.target != "text"
        return Look(
            reference=prediction.id,
            is_done=prediction.status in OVER,
            outputs=tuple(_find_links(prediction.output)) if links else tuple(_find_texts(prediction.output)),
            percent=_find_percent(prediction.logs or ""),
        )


def _create(client: Client, model: str, given: dict[str, Any]) -> Prediction:
    if _VERSION.fullmatch(model):
        return client.predictions.create(version=model, input=given)
    owner, name, version = ModelVersionIdentifier.parse(model)
    if version:
        return client.predictions.create(version=version, input=given)
    return client.models.predictions.create(model=(owner, name), input=given)


def _find_schema(client: Client, access: Access, model: str) -> inputs.Schema:
    """Return the inputs that the model has, or none where the vendor does not tell; asked for now and then."""
    if _VERSION.fullmatch(model):
        return {}
    key = (access.base_url, model)
    with _schemas_lock:
        asked_at, schema = _schemas.get(key, (0.0, {}))
    if asked_at and monotonic() < asked_at + LOOKED_UP_SECONDS:
        return schema
    schema = _ask_schema(client, model)
    with _schemas_lock:
        _schemas[key] = (monotonic(), schema)
    return schema


def _ask_schema(client: Client, model: str) -> inputs.Schema:
    try:
        owner, name, version = ModelVersionIdentifier.parse(model)
    except ValueError:
        raise faults.ModelMissing(faults.NO_MODEL) from None
    found = Versions(client, model=(owner, name)).get(version) if version else client.models.get(owner, name).latest_version
    schemas = (found.openapi_schema if found else {}).get("components", {}).get("schemas", {})
    properties = schemas.get("Input", {}).get("properties", {})
    return {name: _resolve(facts, schemas) for name, facts in properties.items()}


def _resolve(facts: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return an input's facts with its list of words, which Cog keeps in a schema of its own."""
    for part in (facts, *facts.get("allOf", ())):
        if isinstance(reference := part.get("$ref"), str):
            return {**facts, **schemas.get(reference.rpartition("/")[2], {})}
    return facts


def _send_image(client: Client, source: Media | None) -> str:
    """Return where the vendor finds the source: in the input itself, or uploaded; nothing for none and for texts."""
    if source is None or source.path is None or not source.type.startswith("image/"):
        return ""
    if source.path.stat().st_size <= INLINE_BYTES_MAX:
        return f"data:{source.type};base64,{base64.b64encode(source.path.read_bytes()).decode()}"
    with source.path.open("rb") as file:
        uploaded = client.files.create(file, filename=f"source.{source.type.rpartition('/')[2]}", content_type=source.type)
    return str(uploaded.urls["get"])


def _find_links(output: object) -> Iterator[str]:
    """Yield the links in an output of whatever shape, in order."""
    if isinstance(output, str):
        if output.startswith(("https://", "http://", "data:")):
            yield output
    elif isinstance(output, dict):
        yield from _find_links(list(output.values()))
    elif isinstance(output, Iterable):
        for part in output:
            yield from _find_links(part)


def _find_texts(output: object) -> Iterator[str]:
    if isinstance(output, str):
        yield output
    elif isinstance(output, dict):
        yield next((output[key] for key in TEXT_KEYS if isinstance(output.get(key), str)), "")
    elif isinstance(output, Iterable):
        for part in output:
            yield from _find_texts(part)


def _find_percent(logs: str) -> float:
    """Return how far the model's last line says that it is: most print a progress bar."""
    found = _PERCENT.findall(logs[-2_000:])
    return min(float(found[-1]), 99.0) if found else 0.0
