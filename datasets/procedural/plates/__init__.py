"""Painted plates: places in perspective, their textures and the books cut out of them."""
