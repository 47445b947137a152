"""PyTorch and pixels, no Django: images, label kinds, snapshots, tasks, training and inference."""
