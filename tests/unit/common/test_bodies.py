"""The body limit, by path and to the byte."""

import pytest

from config.bodies import MIB, limit_bytes


@pytest.mark.parametrize(
    ("path", "megabytes"),
    [
        ("/api/v1/auth/login", 1),
        ("/api/ai/imagine", 20),
        ("/api/ai", 1),
        ("/api/user/files", 51),
        ("/v1/chat/completions", 25),
        ("/sign-in", 1),
    ],
)
def test_limits(path: str, megabytes: int) -> None:
    assert limit_bytes(path) == megabytes * MIB
