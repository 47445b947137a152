"""Inference: what a finished run says about frames. Start at `modeling.inference.predictor`."""
