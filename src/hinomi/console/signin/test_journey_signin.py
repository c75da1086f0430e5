"""First sign-in in a real browser: a link, an app set up by scanning, recovery codes; later password and code. And
passkeys, with an authenticator that Chromium plays.
"""

import re
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from hinomi.console.conftest import NEEDS_CHROMIUM, Town, enter
from hinomi.tenants.models import AuditEntry, Passkey, TotpDevice
from hinomi.tenants.totp import STEP

pytestmark = [NEEDS_CHROMIUM, pytest.mark.django_db(transaction=True)]
PASSWORD = "hi-no-mi-yagura-2022"


@pytest.fixture
def strict(town: Town, settings: Any, live_server: Any) -> Any:
    settings.REQUIRE_SECOND_FACTOR = True
    settings.BASE_URL = live_server.url
    return live_server


def code(secret: str, ahead: int = 0) -> str:
    """What the app shows in this step, or in one after it (the next is taken already)."""
    step = int(datetime.now(UTC).timestamp()) // STEP + ahead
    return pyotp.TOTP(secret).generate_otp(step)


def sign_in(page: Page, address: str) -> None:
    page.goto(address + reverse("sign-in"))
    page.get_by_label("利用者名").fill("analyst")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインインする", exact=True).click()


def test_first_sign_in_with_an_app_and_the_second_with_password_and_code(
    town: Town, strict: Any, page: Page, complaints: list[str]
) -> None:
    enter(page, strict.url, town, "analyst")
    expect(page.get_by_role("heading", name="二要素認証を始める")).to_be_visible()
    page.goto(strict.url + reverse("incidents"))
    expect(page.get_by_role("heading", name="二要素認証を始める")).to_be_visible()

    page.get_by_role("link", name="認証アプリを登録する").click()
    expect(page.locator(".qr svg")).to_be_visible()
    secret = "".join(page.locator("#secret").inner_text().split())
    page.get_by_label("6桁のコード").fill("000000" if code(secret) != "000000" else "111111")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("alert")).to_contain_text("コードが違います")
    used = code(secret)
    page.get_by_label("6桁のコード").fill(used)
    page.get_by_role("button", name="登録する").click()

    expect(page.get_by_role("heading", name="回復コードを控える")).to_be_visible()
    codes = page.locator("#codes code").all_inner_texts()
    assert len(codes) == 10
    assert all(re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", one) for one in codes)
    page.get_by_role("link", name="控えました").click()
    expect(page.get_by_role("heading", name="全体")).to_be_visible()
    assert secret.encode() not in bytes(TotpDevice.objects.get().sealed_secret)

    page.goto(strict.url + reverse("password"))
    page.get_by_label("新しいパスワード", exact=True).fill(PASSWORD)
    page.get_by_label("新しいパスワード(確認用)").fill(PASSWORD)
    page.get_by_role("button", name="決める").click()
    page.get_by_role("button", name="サインアウト").click()

    sign_in(page, strict.url)
    expect(page.get_by_role("heading", name="本人の確認")).to_be_visible()
    page.get_by_label("認証アプリの6桁のコード").fill(used)
    page.get_by_role("button", name="確認する").click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile("使用済み|違います"))
    page.goto(strict.url + reverse("incidents"))
    expect(page.get_by_role("heading", name="サインイン")).to_be_visible()

    sign_in(page, strict.url)
    page.get_by_label("認証アプリの6桁のコード").fill(" ".join(code(secret, ahead=1)))
    page.get_by_role("button", name="確認する").click()
    expect(page.get_by_role("heading", name="全体")).to_be_visible()
    page.get_by_role("button", name="サインアウト").click()

    sign_in(page, strict.url)
    page.get_by_label("認証アプリの6桁のコード").fill(codes[3].lower())
    page.get_by_role("button", name="確認する").click()
    expect(page.get_by_role("heading", name="全体")).to_be_visible()
    acts = AuditEntry.objects.filter(actor="analyst").values_list("action", flat=True)
    assert {"totp.added", "recovery_codes.issued", "second_factor.totp", "second_factor.recovery"} <= set(acts)
    assert quiet(complaints)


def test_a_passkey_is_both_factors_and_can_be_taken_away(
    town: Town, strict: Any, page: Page, complaints: list[str]
) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    authenticator = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    enter(page, strict.url, town, "analyst")
    page.get_by_label("名前").fill("分析席のPC")
    page.get_by_role("button", name="パスキーを登録する").click()
    expect(page.get_by_role("heading", name="回復コードを控える")).to_be_visible()
    page.get_by_role("link", name="控えました").click()
    expect(page.get_by_role("heading", name="全体")).to_be_visible()
    page.get_by_role("button", name="サインアウト").click()

    page.get_by_role("button", name="パスキーでサインインする").click()
    expect(page.get_by_role("heading", name="全体")).to_be_visible()
    assert Passkey.objects.get().name == "分析席のPC"
    assert Passkey.objects.get().sign_count > 0
    page.goto(strict.url + reverse("account"))
    expect(page.get_by_role("rowheader", name="分析席のPC")).to_be_visible()
    page.get_by_role("row", name="分析席のPC").get_by_role("button", name="外す").click()
    expect(page.get_by_text("先に別の方法を登録してから")).to_be_visible()

    # A device that is asked for its PIN and does not get it right verifies nobody.
    device.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name="サインアウト").click()
    page.get_by_role("button", name="パスキーでサインインする").click()
    expect(page.get_by_role("alert")).to_contain_text("パスキーを使えませんでした")
    device.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})

    enter(page, strict.url, town, "analyst")
    expect(page.get_by_role("heading", name="本人の確認")).to_be_visible()
    page.get_by_role("button", name="パスキーでサインインする").click()
    expect(page.get_by_role("heading", name="全体")).to_be_visible()

    Passkey.objects.all().delete()
    page.get_by_role("button", name="サインアウト").click()
    page.get_by_role("button", name="パスキーでサインインする").click()
    expect(page.get_by_role("alert")).to_contain_text("このパスキーではサインインできません")
    assert quiet(complaints)


def quiet(complaints: list[str]) -> bool:
    """Only the refusals that the journey asked for: Chromium reports each answer of 422."""
    return [one for one in complaints if "422" not in one] == []
