"""The page behind the link of a message: one button, no sign-in, and no more of the matter than its name and time.

Only a POST acknowledges: programs that look at the links in mails follow them.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hinomi.console.shell import clock
from hinomi.deliver.notify import acknowledging
from hinomi.incidents.cards import card_of


@csrf_exempt  # whoever knows the token may press the button; many mail programs' browsers keep no cookie
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    now, address = clock.now(), clock.address(request)
    try:
        row = acknowledging.find(token, now, address=address)
    except acknowledging.TooManyGuesses as error:
        return answer(request, {"problem": str(error)}, 429)
    except acknowledging.LinkUnknown as error:
        return answer(request, {"problem": str(error)}, 404)
    done = request.method == "POST" and acknowledging.acknowledge(row, now, address=address)
    incident = row.incident
    card = card_of(incident.kind) if incident else None
    language = "en" if request.LANGUAGE_CODE == "en" else "ja"
    shown = {
        "title": card.title[language] if card else _("セキュリティのお知らせ"),
        "seen": incident.first_seen if incident else row.created,
        "zone": incident.tenant.timezone if incident else "Asia/Tokyo",
        "at": row.acknowledged_at,
        "done": done,
        "link": row.link,
    }
    return answer(request, shown, 200)


def answer(request: HttpRequest, shown: dict[str, object], status: int) -> HttpResponse:
    response = render(request, "notifications/acknowledge.html", shown, status=status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    patch_cache_control(response, private=True, no_store=True)
    return response
