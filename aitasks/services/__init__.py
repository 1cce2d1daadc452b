"""What aitasks can do: take a call, run it, end it. A file per use case.

The way of every call, whichever contract it comes through: :mod:`submitting` → :mod:`running` → :mod:`ending`.
"""
