"""Runs the same graphs through yamlgraph and through this project, and compares how they end."""
