"""How each contract looks on the wire. One file a contract (its dialect), and the machinery that all share.

A dialect is plain data and one rendering function; the contracts' endpoints live in the apps (``<app>/api/<contract>.py``).
"""
