"""The register of entities and services: its entries, its contradictions, its codes."""
