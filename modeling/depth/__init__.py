"""What depth alone needs: its metrics, the order of layers, and its evaluation."""
