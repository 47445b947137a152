"""What a profile looks like on the wire; `annotation.profiles` says what may stand in it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import Profile
from annotation.profiles import NAME_LENGTH


class AddedEntrySerializer(serializers.Serializer[Any]):
    """A palette entry that a production added. It stays once it is stored; ``retired`` hides it."""

    value = serializers.IntegerField()
    color = serializers.CharField(help_text="#RRGGBB")
    class_index = serializers.IntegerField()
    name = serializers.CharField(max_length=NAME_LENGTH, allow_blank=True)
    retired = serializers.BooleanField(default=False)


class PencilSerializer(serializers.Serializer[Any]):
    """What a pencil colour means: a class by name, or ``ask``."""

    color = serializers.CharField(help_text="#RRGGBB")
    meaning = serializers.CharField()


class LineWidthSerializer(serializers.Serializer[Any]):
    """Narrowest and widest line, as shares of the frame's height."""

    min = serializers.FloatField()
    max = serializers.FloatField()


class SettingsSerializer(serializers.Serializer[Any]):
    """How a production draws a kind."""

    classes = serializers.ListField(child=serializers.IntegerField(), help_text="Indices of those in use.")
    names = serializers.DictField(
        child=serializers.CharField(max_length=NAME_LENGTH, allow_blank=True), help_text="By stored value."
    )
    entries = AddedEntrySerializer(many=True)
    pencil = PencilSerializer(many=True)
    line_width = LineWidthSerializer()
    gap = serializers.IntegerField(help_text="px that a fill bridges.")
    solid_black = serializers.CharField(help_text="line, fill or ask")
    speck = serializers.IntegerField(help_text="px below which an area is a speck.")
    hole = serializers.IntegerField(help_text="px below which an empty area is a hole.")
    checks = serializers.DictField(child=serializers.BooleanField(), help_text="On or off by name.")


class ProfileInputSerializer(SettingsSerializer):
    """A whole profile, and the version that was changed."""

    version = serializers.IntegerField(min_value=0)


class ProfileSerializer(ProfileInputSerializer):
    """A profile and who changed it last; version 0 are the defaults."""

    production = serializers.IntegerField()
    kind = serializers.CharField()
    changed_by = serializers.CharField(allow_null=True)
    changed_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, profile: Profile) -> dict[str, Any]:
        """Settings and row as one object."""
        row = {name: getattr(profile, name) for name in ("version", "kind", "changed_by", "changed_at")}
        return dict(super().to_representation(profile.settings | row | {"production": profile.production_id}))
