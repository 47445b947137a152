"""Forms of the ground floor's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from core.models import Role, User
from core.services.sign_in import FAILURE_SECONDS, MAX_FAILURES, may_try_password, note_failed_password


class SignInForm(AuthenticationForm):
    """Name and password, with a brake on guessing."""

    def clean(self) -> dict[str, Any]:
        """Check the password; refuse to check it after too many that were wrong."""
        username = self.cleaned_data.get("username", "")
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        if not may_try_password(username, address):
            minutes = FAILURE_SECONDS // 60
            raise forms.ValidationError(f"{MAX_FAILURES} wrong passwords. Try again in {minutes} minutes.")
        try:
            return super().clean()
        except forms.ValidationError:
            note_failed_password(username, address)
            raise


class MemberForm(forms.Form):
    """Somebody's role in a production."""

    username = forms.CharField(max_length=150)
    role = forms.ChoiceField(choices=Role.choices, initial=Role.ANNOTATOR)

    def clean_username(self) -> User:
        """Return the user of that name."""
        user = User.objects.filter(username=self.cleaned_data["username"].strip()).first()
        if user is None:
            raise forms.ValidationError(
                "There is no user of that name. `manage.py sign_in_link NAME --create` makes one."
            )
        return user
