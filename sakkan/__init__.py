"""The Django project: settings, urls, wiring. Nothing imports it."""
