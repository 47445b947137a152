"""The labelling guide in pages."""

from __future__ import annotations

from django import template
from django.templatetags.static import static

from modeling.guide import Rule

register = template.Library()


@register.simple_tag
def rule_picture(kind: str, rule: Rule, ending: str) -> str:
    """Address of a rule's picture: ``webp`` the piece of a frame, ``png`` its label."""
    return static(f"img/guide/{kind}-{rule.name}.{ending}")
