"""What the marketplace contract can do. A file per use case."""
