"""Selection tried on frames whose labels are all there: what would each strategy have cost, and what had it given?

Runs on folders alone, without a database: `manage.py simulate` (docs/guides/simulating.md).
"""
