"""Paintings of other programs read as label maps; no Django here."""

from modeling.painted.inks import ASK, Inks, inks_of, make_inks, pencil_inks
from modeling.painted.reading import WAYS, Reading, read_painting

__all__ = ["ASK", "WAYS", "Inks", "Reading", "inks_of", "make_inks", "pencil_inks", "read_painting"]
