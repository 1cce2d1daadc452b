"""AI features, pipelines, providers and routing; the platform contract's AI APIs (P-1 to P-3)."""
