"""Billing: credits in a double-entry ledger, holds, grants, prices by version, plans."""
