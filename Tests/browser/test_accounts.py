"""Protecting an account: the second factor, the history of sign-ins."""

import re
from collections.abc import Callable

from authenticator_app import AuthenticatorApp
from carrel_hub import CarrelHub
from person import PASSWORD, Person
from playwright.sync_api import BrowserContext, Page, expect


def set_up(person: Person) -> tuple[AuthenticatorApp, list[str]]:
    """Turns the second factor on; gives the app, and the recovery codes."""
    page = person.page
    page.goto(f"{person.url}/hub/account")
    page.get_by_role("link", name="Set up a second factor").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    app = AuthenticatorApp(page.get_by_label("Or type this secret into it").input_value())
    page.get_by_label("Code", exact=True).fill(app.code())
    page.get_by_role("button", name="Turn it on").click()
    codes = page.get_by_label("Recovery codes").input_value().split()
    assert len(set(codes)) == 10
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes left.")).to_be_visible()
    return app, codes


def show_password(page: Page, person: Person) -> None:
    """The first step of signing in."""
    page.goto(f"{person.url}/hub/login")
    page.get_by_label("User name").fill(person.name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_code_is_asked_for_and_a_recovery_code_stands_in(people: Callable[..., Person]) -> None:
    tina = people("tina")
    tina.sign_in()
    app, codes = set_up(tina)
    tina.sign_out()

    page = tina.page
    show_password(page, tina)
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.goto(f"{tina.url}/hub/home")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    show_password(page, tina)
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.keyboard.type("12345")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That didn’t work")
    page.get_by_label("Code", exact=True).fill(app.code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your servers")).to_be_visible()
    tina.sign_out()

    for expected in ("Your servers", "Your second factor"):
        show_password(page, tina)
        page.get_by_text("Use a recovery code instead").click()
        page.get_by_label("Recovery code", exact=True).fill(codes[0])
        page.get_by_role("button", name="Sign in with it").click()
        expect(page.get_by_role("heading", name=expected)).to_be_visible()
        if expected == "Your servers":
            tina.sign_out()


def test_new_codes_replace_the_old_and_all_can_be_turned_off(people: Callable[..., Person]) -> None:
    toby = people("toby")
    toby.sign_in()
    _, codes = set_up(toby)
    page = toby.page
    page.get_by_role("link", name="Change it").click()
    renewal = page.get_by_role("region", name="New recovery codes")
    renewal.get_by_label("Your password").fill(PASSWORD)
    renewal.get_by_label("A code of your app, or a recovery code").fill(codes[0])
    renewal.get_by_role("button").click()
    fresh = page.get_by_label("Recovery codes").input_value().split()
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)

    page.goto(f"{toby.url}/hub/account/second-factor")
    end = page.get_by_role("region", name="Turn it off")
    for code, expected in ((codes[1], "The code is wrong"), (fresh[0], "Your second factor is off.")):
        end.get_by_label("Your password").fill(PASSWORD)
        end.get_by_label("A code of your app, or a recovery code").fill(code)
        end.get_by_role("button").click()
        expect(page.get_by_text(re.compile(expected))).to_be_visible()
    toby.sign_out()
    toby.sign_in()


def test_a_killed_hub_between_the_steps_isnt_noticed(
    own_hub: CarrelHub, contexts: Callable[..., BrowserContext]
) -> None:
    theo = Person("theo", own_hub.add_user("theo"), contexts().new_page(), own_hub.url)
    theo.sign_in()
    app, _ = set_up(theo)
    theo.sign_out()
    show_password(theo.page, theo)
    expect(theo.page.get_by_label("Code", exact=True)).to_be_focused()
    own_hub.kill_hub()
    own_hub.start()
    theo.page.keyboard.type(app.code())
    theo.page.keyboard.press("Enter")
    expect(theo.page.get_by_role("heading", name="Your servers")).to_be_visible()


def test_the_command_line_turns_it_off(hub: CarrelHub, people: Callable[..., Person]) -> None:
    trude = people("trude")
    trude.sign_in()
    set_up(trude)
    trude.sign_out()
    assert "recovery codes left: 10" in hub.command("user", "second-factor", "trude")
    assert "is off now" in hub.command("user", "second-factor", "trude", "--off")
    assert "is off." in hub.command("user", "second-factor", "trude")
    trude.sign_in()


def test_it_works_without_javascript_on_a_phone_in_the_dark(people: Callable[..., Person]) -> None:
    tove = people("tove", java_script_enabled=False, color_scheme="dark", viewport={"width": 390, "height": 800})
    tove.sign_in()
    app, _ = set_up(tove)
    tove.sign_out()
    show_password(tove.page, tove)
    tove.page.get_by_label("Code", exact=True).fill(app.code())
    tove.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(tove.page.get_by_role("heading", name="Your servers")).to_be_visible()


def test_sign_ins_are_listed_and_not_me_ends_them_all(
    people: Callable[..., Person], contexts: Callable[..., BrowserContext]
) -> None:
    thea = people("thea")
    thea.sign_in()
    thief = Person(
        "thea", "", contexts(user_agent="Mozilla/5.0 (Windows NT 10.0) Firefox/99.0").new_page(), thea.url, True
    )
    page = thief.page
    page.goto(f"{thief.url}/hub/login")
    page.get_by_label("User name").fill("thea")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    thief.sign_in()

    page = thea.page
    page.goto(f"{thea.url}/hub/account")
    history = page.get_by_role("region", name="Sign-ins", exact=True)
    expect(history.get_by_role("listitem").nth(0)).to_contain_text("Firefox on Windows")
    expect(history.get_by_role("listitem").nth(1)).to_contain_text("Wrong password")
    history.get_by_role("link", name="Not me: sign out everywhere").click()
    fresh = "another kettle over the fjord"
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password").fill(fresh)
    page.get_by_label("The new one once more").fill(fresh)
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_text("you are signed out everywhere else")).to_be_visible()
    thief.page.goto(f"{thief.url}/hub/home")
    expect(thief.page.get_by_role("heading", name="Sign in")).to_be_visible()
