"""``imagine`` to video: a portrait that speaks the prompt."""
