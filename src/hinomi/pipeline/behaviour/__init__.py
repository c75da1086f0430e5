"""Behaviour over time: profiles of each machine's hours, and the shelf's thoughts about them."""

from hinomi.pipeline.behaviour.round import look

__all__ = ["look"]
