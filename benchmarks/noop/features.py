"""The feature ``noop``: text in, the same text out, one credit."""

from aitasks.feature import Feature, Parameters, Price

FEATURES = (
    Feature(
        name="noop",
        title="Noop",
        summary="Does nothing.",
        parameters=Parameters,
        prices={"text": Price(credits=1, per=1, unit="call", units_max=lambda _call: 1)},
        long_running=True,
    ),
)
