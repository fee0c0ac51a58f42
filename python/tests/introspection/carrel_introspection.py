"""A server extension for tests: `GET …/introspection` tells what the server is made of."""

import json
import sys
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp
from jupyterlab import commands
from tornado.routing import Rule


def described(rule: Rule) -> list[Any]:
    """A rule of the URL map as text, with those below it."""
    matcher = getattr(rule.matcher, "regex", None) or getattr(rule.matcher, "host_pattern", None)
    below = [described(inner) for inner in getattr(rule.target, "rules", [])]
    target = "" if below else f"{getattr(rule.target, '__module__', '')}.{getattr(rule.target, '__qualname__', '')}"
    return [matcher.pattern if matcher else "*", target, below]


class IntrospectionHandler(JupyterHandler):
    """Tells it."""

    def get(self) -> None:
        app: ServerApp = self.serverapp
        traits = {
            f"{thing.__class__.__name__}.{name}": repr(value)
            for thing in (app, app.contents_manager, app.kernel_manager, app.identity_provider, app.authorizer)
            for name, value in thing.trait_values(config=True).items()
        }
        self.finish(
            json.dumps(
                {
                    "rules": [described(rule) for rule in app.web_app.default_router.rules],
                    "extensions": {name: str(e.version) for name, e in app.extension_manager.extensions.items()},
                    "points": sorted(app.extension_manager.extension_points),
                    "traits": traits,
                    "modules": sorted(sys.modules),
                    "registry_is_asked_of_yarn": commands._yarn_config.__name__ == "_yarn_config",
                    "path": sys.path,
                }
            )
        )


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "carrel_introspection"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    app.web_app.add_handlers(".*$", [(rf"{app.base_url}introspection", IntrospectionHandler)])
