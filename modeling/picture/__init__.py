"""What of a frame is picture: not the bars it was put between, not the captions laid over it. OpenCV and NumPy only."""
