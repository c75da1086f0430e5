"""Courses of events that a person must be told of, a file for what they have in common."""

from hinomi.demo.planted.plots import deceits, infections, outlets, spreading
from hinomi.demo.planted.plots.plot import Plot

PLOTS: tuple[Plot, ...] = (*infections.PLOTS, *deceits.PLOTS, *spreading.PLOTS, *outlets.PLOTS)
