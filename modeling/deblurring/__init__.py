"""Sharp frames from blurred ones: blurs to learn from, and what needs no learning (He and Jia 2023, section 3)."""
