"""Pictures drawn from words: generative landscapes, and patterns where the words name no scene. No model, only arithmetic."""
