"""Turns a provider's events into what the task's readers see: one progress over all steps, results, text in pieces worth a row."""

import threading
import time
from collections.abc import Sequence

from aitasks.providers import port
from aitasks.services.keeping import keep_result
from tasks.errors import LeaseLost
from tasks.models import StoredFile
from tasks.services import files
from tasks.services import running as tasks
from tasks.services.running import Attempt

DELTA_SECONDS = 0.05
CONFIRM_SECONDS = 0.4
"""An attempt that writes nothing looks so often whether it still has its task, so that a cancelled one lets its provider go soon."""
DELTA_CHARACTERS = 120
PROGRESS_BEFORE_END = 99


class Reporter:
    """Reports one attempt. ``used_units`` is what this try has delivered so far, over all steps: the price if it ends well.

    What is written meanwhile never falls: what an earlier try or attempt delivered is still there, and is charged if the task ends now.
    ``has_sent_text`` says whether the try at hand has handed on text: then nobody else can begin it anew.
    """

    def __init__(self, *, attempt: Attempt, shares: Sequence[int], stopping: threading.Event) -> None:
        self.has_sent_text = False
        self._attempt = attempt
        self._stopping = stopping
        self._shares = shares
        self._step = 0
        self._progress = 0
        self._units_before = 0
        self._units = 0
        self._units_written: int = attempt.task.used_units
        self._text = ""
        self._flushed_at = 0.0
        self._confirmed_at = time.monotonic()

    @property
    def used_units(self) -> int:
        """Return the units delivered so far."""
        return self._units_before + self._units

    @property
    def step_units(self) -> int:
        """Return the units delivered by the step at hand."""
        return self._units

    def begin_try(self, *, provider: str, model: str) -> None:
        """Begin to report a try at this step by somebody: it counts its units from nothing, and is who did it, so far."""
        self._units = 0
        self.has_sent_text = False
        tasks.record_provider(attempt=self._attempt, provider=provider, model=model)

    def skip_step(self, *, units: int) -> None:
        """Count a step that an earlier attempt has done."""
        self._units = units
        self.next_step()

    def next_step(self) -> None:
        """Begin the next step: its progress and units count on top."""
        self._units_before, self._units = self.used_units, 0
        self._step += 1

    def take(self, event: port.Event) -> None:
        """Write what ``event`` tells; raises ``LeaseLost`` when the task is no longer this attempt's."""
        if self._attempt.lost.is_set():
            raise LeaseLost
        if isinstance(event, port.Usage):
            self._units = event.units
        elif isinstance(event, port.Delta):
            self._text += event.text
            self.has_sent_text = True
        elif isinstance(event, port.Output):
            self._take_output(event)
        elif isinstance(event, port.Progress):
            self._take_progress(event)
        if not isinstance(event, port.Usage):
            # What is used is told ahead of the text that it is for; written between the two it would count what nobody has seen.
            self._flush_due()
        self._confirm()

    def flush(self) -> None:
        """Write the text that has not been written yet."""
        if self._text:
            text, self._text = self._text, ""
            tasks.report_delta(attempt=self._attempt, text=text, used_units=self._units_to_write())
        self._flushed_at = time.monotonic()

    def _confirm(self) -> None:
        """Look, now and then, whether the task is still this attempt's: a provider may say for long that there is nothing new."""
        if time.monotonic() - self._confirmed_at >= CONFIRM_SECONDS:
            tasks.confirm(attempt=self._attempt)
            self._confirmed_at = time.monotonic()

    def _flush_due(self) -> None:
        """Write text that is enough or old enough; a provider that pauses does not keep back what it has said."""
        if self._text and (len(self._text) >= DELTA_CHARACTERS or time.monotonic() - self._flushed_at >= DELTA_SECONDS):
            self.flush()

    def _take_progress(self, event: port.Progress) -> None:
        progress = self._overall(event.percent)
        if progress > self._progress:
            self._progress = progress
            # Text that is not written yet must not be charged yet: whoever cancels now has not seen it.
            used_units = self._units_written if self._text else self._units_to_write()
            tasks.report_progress(attempt=self._attempt, progress=progress, used_units=used_units)

    def _take_output(self, event: port.Output) -> None:
        self.flush()
        file = self._write(event.media)
        try:
            tasks.report_output(
                attempt=self._attempt,
                index=event.index,
                content_type=event.media.type,
                text=event.media.text,
                file=file,
                progress=self._progress,
                used_units=self._units_to_write(),
            )
        except BaseException:
            if file is not None:
                files.discard_file(file=file)
            raise

    def _units_to_write(self) -> int:
        self._units_written = max(self._units_written, self.used_units)
        return self._units_written

    def _write(self, media: port.Media) -> StoredFile | None:
        if media.path is None:
            return None
        return keep_result(attempt=self._attempt, source=media.path, content_type=media.type, stopping=self._stopping)

    def _overall(self, percent: float) -> int:
        done = sum(self._shares[: self._step])
        share = self._shares[self._step]
        part = max(0.0, min(percent, 100.0)) / 100 * share
        return min(int((done + part) * 100 / sum(self._shares)), PROGRESS_BEFORE_END)
