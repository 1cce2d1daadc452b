"""Delivering news of tasks to receivers outside, for every channel (``tasks.channels``): the one retry machine of the product.

Stands alone because jobs must not wait for receivers: the courier, a few threads in the scheduler's process, sends what is due. The rows
are the truth. Invariants: a delivery is made in the transaction of its news; in a lane they go one after the other, in order; of any number
of couriers one has a delivery at a time, and what one that died had is taken again; each claim is an attempt that is recorded.
"""

from tasks.services.delivering.attempting import run_claimed, run_due
from tasks.services.delivering.claiming import claim_due
from tasks.services.delivering.courier import Courier
from tasks.services.delivering.creating import create_delivery, skip_waiting
from tasks.services.delivering.keeping import forget_old, redeliver

__all__ = ["Courier", "claim_due", "create_delivery", "forget_old", "redeliver", "run_claimed", "run_due", "skip_waiting"]
