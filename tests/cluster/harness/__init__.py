"""Compares the predictions of `swanlab-render diff` with what a real control plane does."""
