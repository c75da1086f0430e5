"""What the lake knows of a company beside its findings: who was which machine when, and which sensor could see."""

from hinomi.pipeline.surroundings.ledger import Ledger
from hinomi.pipeline.surroundings.picture import Surroundings, Window, surroundings

__all__ = ["Ledger", "Surroundings", "Window", "surroundings"]
