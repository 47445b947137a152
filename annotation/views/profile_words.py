"""What the profile's page calls its choices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

KIND_WORDS = {"cel": _("cel"), "douga": _("douga")}

CHECK_WORDS = {
    "leaks": (_("Lines with an opening"), _("through which a fill runs out; no wider than the gap")),
    "fills-meet": (_("Fills that meet"), _("two different fills without a line between them")),
    "border-without-line": (
        _("Cel border without a line"),
        _("needs cel mask and douga of the frame; books exempt"),
    ),
    "line-outside-cel": (_("Line outside the cel"), _("needs cel mask and douga of the frame; books exempt")),
    "solid-black": (_("Solid areas"), _("drawn as line although the rule says they are fill, or asks")),
    "line-width": (_("Line width"), _("thinner or wider than this production draws")),
    "holes": (_("Holes"), _("flat areas smaller than a hole")),
    "specks": (_("Specks"), _("areas smaller than a speck")),
}
"""Title and text by name of the check."""

SOLID_BLACK_WORDS = {"line": _("line"), "fill": _("fill"), "ask": _("ask each time")}
