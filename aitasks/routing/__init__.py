"""Which provider does a piece of work (P-1.4, P-3.3): who there is, who can, in which order.

Reading only: what a call changes (breaker, slots, health, the record of the call) is in ``aitasks.services``. A file per question:
:mod:`offers` who there is, :mod:`fitting` who can and why the others cannot, :mod:`ranking` in which order they are asked.
"""

from aitasks.routing.fitting import Candidate, LeftOut, NoProvider, UnknownModel, check_can_do, fit
from aitasks.routing.offers import Offer, forget_offers, list_offers
from aitasks.routing.ranking import rank

__all__ = [
    "Candidate", "LeftOut", "NoProvider", "Offer", "UnknownModel", "check_can_do", "fit", "forget_offers", "list_offers", "rank",
]  # fmt: skip
