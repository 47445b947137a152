"""What lies beside the data of every export, for people and catalogues: card, Croissant, citation, rejoining frames.

All of it is made from the content alone: the same content gives the same bytes, whenever and wherever it is written.
"""
