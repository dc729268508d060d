"""Generates the conversations that the bundled model learns from. One module a skill; `build.py` mixes them."""
