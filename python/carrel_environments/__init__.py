"""Builds the environments that servers run with: what `python/build-environment` is made of."""
