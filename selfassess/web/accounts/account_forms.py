"""Forms of accounts. A message is said once, in the summary and beside its field."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, PasswordField, StringField, ValidationError

from selfassess.core.answers.typed import line
from selfassess.web.accounts.one_time_codes import typed_code
from selfassess.web.accounts.passwords import fault_of
from selfassess.web.french import french
from selfassess.web.mail.address_faults import address_fault

ASK_PASSWORD = "Écrivez votre mot de passe."  # noqa: S105  a message


def typed_email(text: str | None) -> str:
    return line(text or "").lower()


class AccountForm(Form):  # type: ignore[misc]  # published without types
    @property
    def links(self) -> list[dict[str, str]]:
        """Lines of the error summary: each leads to the field to mend."""
        return [{"href": f"#{field.id}", "text": field.errors[0]} for field in self if field.errors]

    def refuse(self, name: str, message: str) -> None:
        """A fault found after validation."""
        self[name].errors = [french(message)]


class EmailForm(AccountForm):
    email = StringField(filters=[typed_email])

    def validate_email(self, field: Field) -> None:
        if fault := address_fault(field.data):
            raise ValidationError(fault)


class LoginForm(EmailForm):
    password = PasswordField()

    def validate_password(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(french(ASK_PASSWORD))


class NewPasswordForm(AccountForm):
    """`of`: the e-mail of the account."""

    new_password = PasswordField()

    def __init__(self, formdata: MultiDict[str, str] | None, of: str) -> None:
        super().__init__(formdata)
        self.of = of

    def validate_new_password(self, field: Field) -> None:
        if told := fault_of(field.data or "", self.of):
            raise ValidationError(french(told))


class PasswordForm(AccountForm):
    current_password = PasswordField()

    def validate_current_password(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(french("Écrivez votre mot de passe actuel."))


class ChangeForm(PasswordForm, NewPasswordForm):
    pass


class CodeForm(AccountForm):
    code = StringField(filters=[typed_code])

    def validate_code(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(french("Écrivez le code."))


class EnrolmentForm(PasswordForm, CodeForm):
    pass
