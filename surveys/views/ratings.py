"""What becomes of a rating: its reason, a change within 24 hours, taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dealership.access import access_of
from dealership.answers import Request, back_from, first_error
from supplychain.models import Interaction, Link
from surveys import actions
from surveys.forms import RatingForm, ReasonsForm
from surveys.models import Rating, RatingChange
from surveys.models.ratings import CHANGE_WINDOW
from surveys.views import answers
from surveys.views.cards import Card


def own_rating(request: Request, pk: int) -> Rating:
    """Return the person's own rating: 404 in another store, PermissionDenied for a colleague's."""
    rating: Rating = get_object_or_404(Rating.objects.visible_to(request.user).with_names(), pk=pk)
    if rating.rater_id != request.user.pk:
        raise PermissionDenied
    return rating


@require_http_methods(["GET", "HEAD", "POST"])
def rating_change(request: Request, pk: int) -> HttpResponse:
    """Change one's rating within 24 hours; afterwards the page says that it is fixed."""
    rating = own_rating(request, pk)
    back = back_from(request)
    if not rating.can_be_changed(timezone.now()):
        status = 422 if request.method == "POST" else 200
        return render(request, "surveys/rating_fixed.html", {"rating": rating}, status=status)
    if request.method != "POST":
        form = RatingForm(link=rating.link, initial=RatingForm.initial_of(rating))
        return _change_page(request, rating, form)
    form = RatingForm(request.POST, link=rating.link)
    if form.is_valid():
        values = form.cleaned_data
        try:
            actions.change_rating(
                acting_user=request.user,
                rating=rating,
                score=values["score"],
                reasons=values["reasons"],
                comment=values["comment"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Changed. The earlier value stays in the history."))
            return redirect(back or "home")
    return _change_page(request, rating, form, status=422)


def _change_page(request: Request, rating: Rating, form: RatingForm, *, status: int = 200) -> HttpResponse:
    context = {
        "rating": rating,
        "form": form,
        "until": rating.rated_at + CHANGE_WINDOW,
        "back": back_from(request),
    }
    return render(request, "surveys/rating_change.html", context, status=status)


@require_POST
def rating_explain(request: Request, pk: int) -> HttpResponse:
    """Say why a rating is "not good": the flow's reasons, or words."""
    rating = own_rating(request, pk)
    card = Card(link=rating.link, interaction=rating.interaction, rating=rating, back=back_from(request))
    form = ReasonsForm(request.POST, link=rating.link)
    if not form.is_valid():
        if form.has_error("__all__", "empty"):
            return answers.refused(request, card, ValidationError(first_error(form)))
        return answers.malformed(request, card, form)
    try:
        rating = actions.explain_rating(
            acting_user=request.user,
            rating=rating,
            reasons=form.cleaned_data["reasons"],
            comment=form.cleaned_data["comment"],
        )
    except ValidationError as error:
        return answers.refused(request, card, error)
    card = Card(link=card.link, interaction=card.interaction, rating=rating, back=card.back)
    return answers.done(request, card, _("Thank you. Your reason is saved."))


@require_POST
def rating_tell(request: Request, pk: int) -> HttpResponse:
    """Let the supplier know of one's own confidential "not good", so that it can be mended."""
    rating = own_rating(request, pk)
    card = Card(link=rating.link, interaction=rating.interaction, rating=rating, back=back_from(request))
    try:
        rating = actions.tell_supplier(acting_user=request.user, rating=rating)
    except ValidationError as error:
        return answers.refused(request, card, error)
    card = Card(link=card.link, interaction=card.interaction, rating=rating, back=card.back)
    words = _("%(supplier)s knows of it now, without your name.") % {"supplier": card.link.supplier}
    return answers.done(request, card, words)


@require_POST
def rating_undo(request: Request, pk: int) -> HttpResponse:
    """Take back a rating just made; the card asks again. A second copy of the form is answered like the first."""
    rating = Rating.objects.visible_to(request.user).with_names().filter(pk=pk).first()
    if rating is None:
        card = _card_of_undone(request)
    else:
        link, interaction = rating.link, rating.interaction
        try:
            opened = actions.undo_rating(acting_user=request.user, rating=rating)
        except ValidationError as error:
            if error.code != "gone":
                card = Card(link=link, interaction=interaction, rating=rating, back=back_from(request))
                return answers.refused(request, card, error)
            card = _card_of_undone(request)
        else:
            if opened is not None:
                interaction.refresh_from_db(fields=["state"])
            card = Card(link=link, interaction=None if opened is None else interaction, back=back_from(request))
    return answers.done(request, card, _("Taken back."))


def _card_of_undone(request: Request) -> Card:
    """Return the card of a rating the person took back before, named in the address; Http404 if there was none."""
    access = access_of(request.user)
    back = back_from(request)
    of_link, of_interaction = request.GET.get("link", ""), request.GET.get("interaction", "")
    if of_interaction.isascii() and of_interaction.isdigit():
        interactions = Interaction.objects.rateable_by(access).with_names()
        interaction = interactions.filter(pk=int(of_interaction)).first()
        if (
            interaction is not None
            and RatingChange.objects.filter(interaction=interaction, changed_by=request.user, new_score=None).exists()
        ):
            return Card(link=interaction.link, interaction=interaction, back=back)
    if of_link.isascii() and of_link.isdigit():
        link = Link.objects.rateable_by(access).with_names().filter(pk=int(of_link)).first()
        if link is not None:
            return Card(link=link, back=back)
    raise Http404
