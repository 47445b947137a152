"""Parts of the editor's benchmark (`benchmarks/bench_editor.py`)."""
