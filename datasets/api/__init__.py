"""HTTP for programs: serializers and views that only translate."""
