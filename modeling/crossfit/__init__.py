"""Suspected label errors: each label beside the prediction of a model that has not seen its cut.

`folds` deals the cuts out, `run` trains a model a fold and predicts what it has not seen, `measures` compares label and
prediction, `edges` a label with its frame alone, and `ranking` makes one order with reasons of it.
"""
