"""What each error page says: one table, by key."""

from __future__ import annotations

from dataclasses import dataclass, field

from selfassess.store import journal
from selfassess.store.retention import NOTICE

HOME = ("respond.home", "Aller à l'accueil")
BEGUN = ("respond.begun", "Retrouver un dossier")
TASKS = ("respond.tasks", "Revenir à la liste des tâches")
NEW_KEY = (("accounts.forgotten", "Demander un lien"),)


@dataclass(frozen=True)
class ErrorMessage:
    """`ways`: (endpoint, label), the first is a button. `first`: what to do before the same form is sent again from
    this page; None where sending it again would change nothing."""

    code: int
    title: str
    lines: tuple[str, ...]
    ways: tuple[tuple[str, str], ...] = field(default=(HOME,))
    first: str | None = None


OPEN_LINK = "Ouvrez votre lien privé dans un autre onglet."
WAIT = "Attendez une minute."
OWN_LINK = "Votre lien privé ouvre votre dossier sur n'importe quel ordinateur."
NOTHING_LOST = "Les réponses déjà enregistrées n'ont pas changé."
FRENCH = {
    "none_open": ErrorMessage(
        403,
        "Aucun dossier n'est ouvert sur cet ordinateur",
        ("Ouvrez votre dossier avec le lien privé que vous avez gardé.", OWN_LINK),
        (BEGUN, HOME),
    ),
    "no_file": ErrorMessage(
        403,
        "Le dossier {file} n'est pas ouvert sur cet ordinateur",
        ("Une référence n'ouvre rien : ouvrez ce dossier avec le lien privé que vous avez gardé.", OWN_LINK),
        (BEGUN, HOME),
    ),
    "let_go": ErrorMessage(
        409,
        "Le dossier {file} n'est plus ouvert dans ce navigateur",
        ("Ce que vous venez d'envoyer n'a été enregistré nulle part.",
         "Ouvrez ce dossier avec son lien privé : celui que vous avez gardé, ou le plus récent de vos messages.",
         NOTHING_LOST),
        (BEGUN, HOME),
        OPEN_LINK,
    ),
    "unnamed": ErrorMessage(
        409,
        "Cette page ne dit pas de quel dossier il s'agit",
        ("Elle date d'avant un changement de ce site. Ce que vous venez d'envoyer n'a été enregistré nulle part.",
         "Rouvrez la page depuis votre dossier, puis recommencez.", NOTHING_LOST),
        (("which.file", "Ouvrir mon dossier"), HOME),
    ),
    "deleted": ErrorMessage(
        410,
        "Ce dossier a été supprimé",
        ("Ses réponses ont été effacées : à la demande de qui le remplissait, par qui gère ce site, ou parce qu'il ne "
         f"changeait plus, après l'avoir annoncé {NOTICE.days} jours.",
         "Vous pouvez en commencer un autre."),
    ),
    "no_link": ErrorMessage(
        404,
        "Ce lien n'ouvre aucun dossier",
        ("Vérifiez que vous avez copié toute l'adresse, jusqu'au dernier caractère.",
         "Un lien peut aussi avoir été remplacé : cherchez le plus récent dans vos messages."),
    ),
    "no_reading_open": ErrorMessage(
        403,
        "Aucun rapport n'est ouvert sur cet ordinateur",
        ("Ouvrez le rapport avec le lien de lecture que vous avez reçu.",),
    ),
    "no_reading": ErrorMessage(
        403,
        "Le rapport du dossier {file} n'est pas ouvert sur cet ordinateur",
        ("Ouvrez-le avec le lien de lecture que vous avez reçu.",),
    ),
    "reading_let_go": ErrorMessage(
        409,
        "Le rapport du dossier {file} n'est plus ouvert dans ce navigateur",
        ("Rien n'a été demandé.", "Ouvrez-le de nouveau avec le lien de lecture que vous avez reçu.",
         "S'il ne fonctionne plus, demandez-en un autre à la personne qui vous l'a donné."),
    ),
    "revoked": ErrorMessage(
        410,
        "Ce lien ne fonctionne plus",
        ("La personne qui vous l'a donné l'a désactivé.", "Demandez-lui un nouveau lien."),
    ),
    "withdrawn": ErrorMessage(
        410,
        "Ce rapport n'est plus partagé",
        ("La coordination du PAT (projet alimentaire territorial) a retiré son dossier.",),
    ),
    "no_elected": ErrorMessage(
        410,
        "Ce rapport n'a pas de version pour les élus",
        (
            "Il a été envoyé avant que cette version n'existe.",
            "Demandez à la coordination du PAT (projet alimentaire territorial) un lien vers le rapport entier.",
        ),
    ),
    "not_yours": ErrorMessage(
        403,
        "Cette page est réservée à la coordination du PAT",
        ("Votre lien ouvre une partie du dossier, et permet de lire le reste.", NOTHING_LOST),
        (TASKS,),
    ),
    "not_your_section": ErrorMessage(
        403,
        "Cette partie n'est pas la vôtre",
        ("Votre lien permet de répondre à une autre partie de ce dossier.", NOTHING_LOST),
        (TASKS,),
    ),
    "not_open": ErrorMessage(
        409,
        "Le dossier a changé d'état",
        ("Cette action n'est plus possible, ou pas encore.", "Revenez à la page : elle montre ce qui l'est."),
        (TASKS,),
    ),
    "read_only": ErrorMessage(
        409,
        "Le dossier est envoyé : ses réponses ne changent plus",
        ("Ce que vous venez de demander n'a pas été enregistré.",
         "Si le réseau demande des précisions, les réponses qu'il nomme s'ouvriront de nouveau."),
        (TASKS,),
    ),
    "taken_back": ErrorMessage(
        409,
        "Le dossier est retiré : ses réponses ne changent plus",
        ("Ce que vous venez de demander n'a pas été enregistré.",
         "Pour changer vos réponses, rouvrez d'abord le dossier depuis la liste des tâches."),
        (TASKS,),
    ),
    "no_territory": ErrorMessage(
        409,
        "Votre territoire n'est pas encore nommé",
        ("Le dossier n'est pas envoyé.",
         "Le réseau doit savoir de quel territoire il s'agit : répondez d'abord à cette question."),
        (("respond.sending", "Revenir à l'envoi"), TASKS),
    ),
    "not_named": ErrorMessage(
        409,
        "Le réseau n'a pas demandé de précision sur cette réponse",
        ("Ce que vous venez de demander n'a pas été enregistré.",
         "Seules les réponses nommées dans la demande, et celles qu'elles ouvrent, peuvent changer."),
        (("respond.clarification", "Voir la demande de précisions"), TASKS),
    ),
    "journal_full": ErrorMessage(
        429,
        "Ce dossier a déjà beaucoup de liens et de choix",
        ("Ce que vous venez de demander n'a pas été enregistré : un dossier garde au plus "
         f"{journal.MOST} liens donnés ou "
         "désactivés, choix entre deux réponses et parties terminées.",
         "Répondre aux questions et envoyer le dossier restent possibles.", NOTHING_LOST),
        (TASKS,),
    ),
    "sent_too_often": ErrorMessage(
        429,
        "Ce dossier a été envoyé plusieurs fois aujourd'hui",
        ("Chaque envoi écrit à des personnes. Attendez demain pour l'envoyer de nouveau.", NOTHING_LOST),
        (TASKS,),
    ),
    "too_many_sendings": ErrorMessage(
        429,
        "Trop d'envois de suite",
        ("Chaque envoi écrit à des personnes. Attendez une heure, puis recommencez.", NOTHING_LOST),
    ),
    "no_edition": ErrorMessage(
        503,
        "Ce dossier ne peut pas être ouvert pour l'instant",
        ("Il repose sur une édition du questionnaire que ce site n'a plus.", NOTHING_LOST),
    ),
    "trial": ErrorMessage(
        409,
        "Un essai ne s'envoie pas et ne se partage pas",
        ("Ce dossier sert à essayer un brouillon d'édition.",
         "Pour un vrai dossier, partez de l'accueil : il suivra l'édition publiée."),
        (TASKS, HOME),
    ),
    "draft_gone": ErrorMessage(
        410,
        "Le brouillon d'édition de cet essai n'existe plus",
        ("Il a été retiré ou renommé dans les définitions de ce site.",
         "Cet essai ne peut plus s'ouvrir. Il s'effacera de lui-même."),
    ),
    "no_draft": ErrorMessage(
        404,
        "Aucun brouillon d'édition n'a ce nom",
        ("Vérifiez l'adresse. Le brouillon a pu être retiré ou renommé.",),
        (("preview.every", "Voir les brouillons d'édition"), HOME),
    ),
    "no_question": ErrorMessage(
        404,
        "Cette page ne vous est pas posée",
        ("Elle n'existe pas, ou vos autres réponses font qu'elle ne vous concerne plus.", NOTHING_LOST),
        (TASKS,),
    ),
    "no_item": ErrorMessage(
        410,
        "Cette action n'est plus dans votre dossier",
        ("Elle a été retirée depuis un autre onglet ou un autre ordinateur.",
         "Les réponses à vos autres questions n'ont pas changé."),
        (TASKS,),
    ),
    "group_full": ErrorMessage(
        409,
        "Cette action n'a pas été ajoutée",
        ("Votre dossier en contient déjà autant qu'il peut : d'autres ont été ajoutées pendant que vous écriviez.",
         "Rien n'a été écrasé. Pour ajouter celle-ci, retirez-en d'abord une autre."),
        (TASKS,),
    ),
    "no_key": ErrorMessage(
        404,
        "Ce lien n'ouvre aucun compte",
        ("Vérifiez que vous avez copié toute l'adresse, jusqu'au dernier caractère.",
         "Vous pouvez demander un autre lien avec votre adresse e-mail."),
        NEW_KEY,
    ),
    "key_used": ErrorMessage(
        410,
        "Ce lien ne sert plus",
        ("Il a déjà servi, ou il a été fermé : un mot de passe a été choisi par un autre lien de ce compte, ou changé "
         "dans le compte.",
         "Connectez-vous avec votre mot de passe. Si vous n'en avez pas choisi, demandez un autre lien."),
        (("accounts.login", "Se connecter"), *NEW_KEY),
    ),
    "key_expired": ErrorMessage(
        410,
        "Ce lien a expiré",
        ("Une invitation sert pendant 7 jours, un lien demandé pour un mot de passe oublié pendant 1 heure.",
         "Vous pouvez demander un autre lien avec votre adresse e-mail."),
        NEW_KEY,
    ),
    "not_at_desk": ErrorMessage(
        403,
        "Votre compte ne suit aucun réseau",
        ("Il administre le site : les réseaux et les comptes. Il n'ouvre aucun dossier.",),
        (("administration.accounts", "Voir les comptes"), ("accounts.account", "Mon compte")),
    ),
    "at_work": ErrorMessage(
        503,
        "D'autres documents sont en cours de fabrication",
        ("Ils se font l'un après l'autre.", WAIT, "Puis demandez de nouveau celui-ci."),
        (("network.picture", "Revenir au réseau"),),
    ),
    "not_administrator": ErrorMessage(
        403,
        "Cette page est réservée à l'administration du site",
        ("Votre compte suit les dossiers de ses réseaux.", "Rien n'a changé."),
        (("review.queue", "Voir les dossiers"), ("accounts.account", "Mon compte")),
    ),
    "own_account": ErrorMessage(
        409,
        "Cet acte ne se fait pas sur son propre compte",
        ("Rien n'a changé.", "Demandez-le à une autre personne qui administre le site."),
        (("administration.accounts", "Voir les comptes"), ("accounts.account", "Mon compte")),
    ),
    "last_administrator": ErrorMessage(
        409,
        "Ce compte est le dernier qui administre le site",
        ("Rien n'a changé : sans lui, plus personne ne pourrait entrer ici.",
         "Invitez d'abord un autre compte d'administration, et attendez que son mot de passe soit choisi."),
        (("administration.invitation", "Inviter quelqu'un"), ("administration.accounts", "Voir les comptes")),
    ),
    "no_factor": ErrorMessage(
        409,
        "La double authentification n'est pas activée",
        ("Rien n'a changé.", "Activez-la d'abord depuis votre compte."),
        (("accounts.account", "Mon compte"),),
    ),
    "factor_required": ErrorMessage(
        409,
        "Un compte d'administration garde sa double authentification",
        ("Rien n'a changé.", "Vous pouvez changer d'application, ou refaire vos codes de secours."),
        (("accounts.account", "Mon compte"),),
    ),
    "bad_form": ErrorMessage(
        400,
        "Ce formulaire ne correspond pas à la page",
        ("Il contient un champ que cette page n'a pas.", NOTHING_LOST, "Revenez à la page et recommencez."),
    ),
    "csrf": ErrorMessage(
        400,
        "Cette page est restée ouverte trop longtemps",
        ("Ce que vous venez d'envoyer n'a pas été enregistré.", NOTHING_LOST,
         "Ouvrez votre dossier avec votre lien privé, puis répondez de nouveau.",
         "Si cela se répète, vérifiez que votre navigateur accepte les cookies de ce site."),
        first=OPEN_LINK,
    ),
    "no_cookie": ErrorMessage(
        400,
        "Votre navigateur n'a pas gardé le cookie de ce site",
        ("Rien n'a été enregistré.",
         "Le site a besoin de ce cookie pour savoir quel dossier ou quel compte est ouvert. Il ne sert à rien d'autre.",
         "Si votre navigateur refuse les cookies, autorisez-les pour ce site dans ses réglages.",
         "Puis rechargez la page d'avant et recommencez."),
    ),
    "desk_expired": ErrorMessage(
        401,
        "Votre session est terminée",
        ("Ce que vous venez d'envoyer n'a pas été enregistré.",
         "Connectez-vous de nouveau, puis recommencez.",
         "Si cela se répète, vérifiez que votre navigateur accepte les cookies de ce site."),
        (("accounts.login", "Se connecter"),),
        "Connectez-vous dans un autre onglet.",
    ),
    "not_saved": ErrorMessage(
        503,
        "Vos réponses n'ont pas pu être enregistrées",
        ("Le site ne peut rien écrire pour l'instant.", "Gardez cette page ouverte et réessayez dans une minute."),
        first=WAIT,
    ),
    "uncertain": ErrorMessage(
        503,
        "Nous ne savons pas si votre envoi est enregistré",
        ("La connexion a été perdue au moment de l'enregistrer.",
         "Dans une minute, rouvrez la page dans un autre onglet : elle montre ce qui est enregistré.",
         "Si votre envoi n'y est pas, envoyez-le de nouveau."),
        (TASKS,),
        first="Attendez une minute, puis regardez dans un autre onglet si votre envoi est enregistré.",
    ),
    "400": ErrorMessage(400, "Cette demande n'est pas comprise", (NOTHING_LOST, "Revenez à la page et recommencez.")),
    "403": ErrorMessage(403, "Cette page ne vous est pas ouverte", (OWN_LINK,)),
    "404": ErrorMessage(
        404,
        "Page introuvable",
        ("Vérifiez l'adresse.", "Vous pouvez aussi partir de l'accueil ou du plan du site."),
    ),
    "405": ErrorMessage(405, "Cette adresse ne s'ouvre pas ainsi", ("Revenez à la page et utilisez ses boutons.",)),
    "409": ErrorMessage(
        409,
        "Votre dossier change en même temps ailleurs",
        ("Rien n'a été écrasé.", "Attendez quelques secondes, revenez à la page et recommencez."),
        (TASKS,),
        "Attendez quelques secondes.",
    ),
    "410": ErrorMessage(410, "Cette page n'existe plus", ("Elle a été retirée.",)),
    "413": ErrorMessage(
        413,
        "Votre envoi est trop long",
        (
            "Un commentaire compte 1 000 caractères au plus ; une liste de territoires pèse 5 Mo au plus, un "
            "logo 200 ko.",
            NOTHING_LOST,
            "Revenez à la page et raccourcissez ce que vous envoyez.",
        ),
    ),
    "too_many_values": ErrorMessage(
        413,
        "Ce formulaire contient trop de réponses",
        ("Aucune page de ce site n'en demande autant.", NOTHING_LOST, "Revenez à la page et recommencez."),
    ),
    "414": ErrorMessage(414, "Cette adresse est trop longue", ("Vérifiez l'adresse.",)),
    "422": ErrorMessage(422, "Cette réponse n'est pas possible", (NOTHING_LOST, "Revenez à la page et recommencez.")),
    "500": ErrorMessage(
        500,
        "Le site a rencontré un problème",
        (NOTHING_LOST, "Réessayez dans quelques minutes."),
        first="Attendez quelques minutes.",
    ),
    "503": ErrorMessage(
        503,
        "Le site ne répond pas pour l'instant",
        (NOTHING_LOST, "Réessayez dans une minute."),
        first=WAIT,
    ),
}  # fmt: skip  # a sentence a line
