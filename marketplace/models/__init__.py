"""The rows of the marketplace contract: services with their methods, calls with what is counted of them."""

from marketplace.models.calls import Call, DayCount, TaskReport, UserCount
from marketplace.models.resources import Publisher, Resource
from marketplace.models.services import Method, PayloadField, Service, Token

__all__ = ["Call", "DayCount", "Method", "PayloadField", "Publisher", "Resource", "Service", "TaskReport", "Token", "UserCount"]
