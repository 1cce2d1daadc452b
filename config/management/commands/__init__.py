"""Commands that span the floors."""
