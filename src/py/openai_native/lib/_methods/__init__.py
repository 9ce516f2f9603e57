"""Methods of resources with code of their own; surface/hooks.toml says which."""
