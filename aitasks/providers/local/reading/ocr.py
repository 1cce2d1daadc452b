"""Text in pictures, read by RapidOCR on ONNX Runtime with the models inside its wheel.

It stands by itself because its imports take a second and 200 MB: only a picture whose text is wanted pays. The model files are named one by
one: RapidOCR would download a model that it does not find, and with a path given it never looks for one. :data:`_LOCK` lets one picture at
a time through, which keeps memory level.
"""

import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import rapidocr
from PIL import Image

from common.errors import ProviderFailed

MODELS = Path(rapidocr.__file__).parent / "models"
SIDE_MAX = 1_600
SCORE_MIN = 0.5
_LOCK = threading.Lock()


class ReaderMissing(ProviderFailed):
    """The installed RapidOCR carries other models than the ones named here; install the locked version."""


def read_text(image: Image.Image) -> str:
    """Return the text in a picture, top to bottom, left to right, a line for each line; ``""`` if there is none."""
    small = image.convert("RGB")
    small.thumbnail((SIDE_MAX, SIDE_MAX), Image.Resampling.LANCZOS)
    with _LOCK:
        found: Any = _get_reader()(np.asarray(small)[:, :, ::-1])
    if found.txts is None or found.boxes is None:
        return ""
    pieces = [
        (float(box[:, 1].mean()), float(np.ptp(box[:, 1])), float(box[:, 0].min()), text)
        for box, text, score in zip(np.asarray(found.boxes), found.txts, found.scores, strict=True)
        if score >= SCORE_MIN and text.strip()
    ]
    return join_lines(pieces)


def join_lines(pieces: list[tuple[float, float, float, str]]) -> str:
    """Return pieces of (middle, height, left, text) as lines: those at the same height stand on one line."""
    lines: list[list[tuple[float, float, float, str]]] = []
    for piece in sorted(pieces):
        if lines and piece[0] - lines[-1][-1][0] < 0.5 * min(piece[1], lines[-1][-1][1]):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return "\n".join(" ".join(text for *_, text in sorted(line, key=lambda piece: piece[2])) for line in lines)


@cache
def _get_reader() -> rapidocr.RapidOCR:
    paths = {"Det": "PP-OCRv6_det_small.onnx", "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}
    for name in paths.values():
        if not (MODELS / name).is_file():
            raise ReaderMissing(f"The text reader's model {name} is missing; install rapidocr as locked in requirements.txt.")
    settings = {f"{part}.model_path": str(MODELS / name) for part, name in paths.items()}
    return rapidocr.RapidOCR(params={**settings, "Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 2})
