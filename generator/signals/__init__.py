"""The condition language: grammar, functions, evaluation, plain English; the signal library."""
