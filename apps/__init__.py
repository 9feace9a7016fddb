"""This platform: its namespace, its node pool, its Redis, its services, and how they are wired."""
