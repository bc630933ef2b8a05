"""Forms of networks and accounts. A name is the same whatever its case and accents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, SelectMultipleField, StringField, ValidationError

from selfassess.core.answers.typed import line
from selfassess.store.models import Facilitator, Network
from selfassess.store.networks import LONGEST_NAME, same_name
from selfassess.web.accounts.account_forms import AccountForm, EmailForm
from selfassess.web.french import french, too_long
from selfassess.web.mail.address_faults import address_fault


def _line(text: str | None) -> str:
    return line(text or "")


class NetworkForm(AccountForm):
    """`others`: the names that are taken; `regions`: those of the directory; `overseas`: those that are overseas
    collectivities. What the network follows already stays a choice, though no more one of them."""

    name = StringField(filters=[_line])
    region = StringField(filters=[_line])
    reply_to = StringField(filters=[_line])

    def __init__(
        self,
        formdata: MultiDict[str, str] | None,
        others: Iterable[str],
        regions: Iterable[str],
        overseas: Iterable[str],
        network: Network | None = None,
    ) -> None:
        super().__init__(formdata, obj=network)
        self.others, self.overseas = list(others), list(overseas)
        self.regions = [one for one in regions if one not in self.overseas]
        known = ("", *self.regions, *self.overseas)
        self.former = [network.region] if network is not None and network.region not in known else []

    def validate_name(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(french("Écrivez le nom du réseau."))
        if told := too_long("Ce nom", field.data, LONGEST_NAME):
            raise ValidationError(told)
        if same := same_name(field.data, self.others):
            raise ValidationError(french(f"Le réseau « {same} » existe déjà : choisissez un autre nom."))

    def validate_region(self, field: Field) -> None:
        if field.data and field.data not in (*self.regions, *self.overseas, *self.former):
            raise ValidationError(french("Choisissez une région de la liste, ou toute la France."))

    def validate_reply_to(self, field: Field) -> None:
        if field.data and (fault := address_fault(field.data)):
            raise ValidationError(fault)


class MembershipForm(AccountForm):
    """What an account is called and may do. `known`: the networks it may be given."""

    label = StringField(filters=[_line])
    networks = SelectMultipleField(validate_choice=False)
    administrator = BooleanField()

    def __init__(
        self, formdata: MultiDict[str, str] | None, known: Sequence[Network], account: Facilitator | None = None
    ) -> None:
        super().__init__(formdata)
        self.known = {str(one.id): one for one in known}
        if account is not None and formdata is None:
            self.label.data, self.administrator.data = account.label, account.administrator
            self.networks.data = [str(one.id) for one in account.networks]

    @property
    def chosen(self) -> list[Network]:
        return [self.known[one] for one in self.networks.data or ()]

    def validate_label(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(french("Écrivez le nom affiché."))
        if told := too_long("Ce nom", field.data, LONGEST_NAME):
            raise ValidationError(told)

    def validate_networks(self, field: Field) -> None:
        if not set(field.data or ()) <= self.known.keys():
            raise ValidationError(french("Un de ces réseaux n'est plus ouvert : choisissez-en un autre."))
        if not field.data and not self.administrator.data and not self.known:
            raise ValidationError(french("Cochez l'administration du site, ou ajoutez d'abord un réseau."))
        if not field.data and not self.administrator.data:
            raise ValidationError(french("Choisissez au moins un réseau, ou l'administration du site."))


class InvitationForm(EmailForm, MembershipForm):
    pass
