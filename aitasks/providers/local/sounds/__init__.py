"""Sounds synthesised from words: music from oscillators and plucked strings, ambience from shaped noise. No samples, no model."""
