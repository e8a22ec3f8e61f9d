"""Precedent in a notebook: studies, scans and prices as DataFrames.

The numbers are those of the command line: the same code works them out.

Examples
--------
>>> import precedent
>>> answer = precedent.study("sample", asset="IWM", when="roc(close, 5) > 6", horizons=["1M", "3M"])
>>> answer.verdict
'nothing that this history can tell from luck'
"""

from generator.core.errors import PrecedentError
from precedent.answers import Answer
from precedent.asking import load, scan, study

__all__ = ["Answer", "PrecedentError", "load", "scan", "study"]
