"""The pages of the stand-in for Check-in: plain HTML that works without JavaScript."""

from collections.abc import Iterable, Mapping
from html import escape

from checkin_people import Person


def page(title: str, body: str) -> str:
    """A whole page; the body is HTML."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    main = f"<main><h1>{escape(title)}</h1>{body}</main>"
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{main}</body></html>\n'


def paragraph(text: str) -> str:
    """A paragraph of plain text."""
    return f"<p>{escape(text)}</p>"


def form(action: str, fields: Mapping[str, str], buttons: Iterable[str]) -> str:
    """A form with hidden fields; the buttons are HTML."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )
    return f'<form method="post" action="{escape(action)}">{hidden}{"".join(buttons)}</form>'


def button(label: str, name: str, value: str) -> str:
    """A button that sends the form."""
    return f'<p><button name="{escape(name)}" value="{escape(value)}">{escape(label)}</button></p>'


def sign_in_page(action: str, asked: str, client: str, people: Iterable[Person]) -> str:
    """Everybody who may sign in, and a way back."""
    buttons = [button(f"Sign in as {person.name}", "person", person.subject) for person in people]
    cancel = button("Cancel", "cancel", "yes")
    intro = paragraph(f"{client} asks who you are.")
    return page("Sign in with EGI Check-in", intro + form(action, {"request": asked}, [*buttons, cancel]))


def problem_page(message: str) -> str:
    """What went wrong."""
    return page("We are sorry…", paragraph(message))


def log_out_page(action: str, fields: Mapping[str, str]) -> str:
    """Asks before a session is ended, when nothing proves that its owner wants it."""
    question = paragraph("Do you want to log out?")
    return page("Logging out", question + form(action, fields, [button("Log out", "confirmed", "yes")]))


def logged_out_page() -> str:
    """For who isn't sent elsewhere."""
    return page("You are logged out", paragraph("You may close this page."))
