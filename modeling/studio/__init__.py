"""The Studio: pictures in, results of the steps asked for out, without a pool or a label (torch-free to import)."""
