"""Puts our parts where stock's stand, once the server has been configured; a part that isn't stock's any more stays."""

import importlib
from typing import Any

STOCK_CONNECTION = "jupyter_server.services.kernels.connection.channels.ZMQChannelsWebsocketConnection"


def use_connection(app: Any) -> None:
    """Kernels' websockets; not those of a kernel gateway, nor of an operator's own class."""
    of = app.kernel_websocket_connection_class
    if f"{of.__module__}.{of.__qualname__}" == STOCK_CONNECTION:
        ours = importlib.import_module("carrel_server.connection").Connection
        app.web_app.settings["kernel_websocket_connection_class"] = ours


def use_figures(app: Any) -> None:
    """The figures in the status bar, if they are shown at all."""
    if app.jpserver_extensions.get("jupyter_resource_usage"):
        importlib.import_module("carrel_server.usage").install()


def use_notices(app: Any) -> None:
    """What the hub has to say, for JupyterLab to show."""
    importlib.import_module("carrel_server.notices").install(app)


def use_examples(app: Any) -> None:
    """Sample notebooks, which JupyterLab offers in its menu Help."""
    importlib.import_module("carrel_server.examples").install(app)


def use_kernel_listing(app: Any) -> None:
    """What JupyterLab says of kernels that aren't offered."""
    importlib.import_module("carrel_server.kernel_listing").install(app)


def use_git_pull(app: Any) -> None:
    """The page that fetches repositories, if they are fetched at all."""
    importlib.import_module("carrel_server.git_pull").install(app)


def use_environments(app: Any) -> None:
    """People's own environments, which JupyterLab offers to make."""
    importlib.import_module("carrel_server.personal_environments").install(app)


def use_notebook_links(app: Any) -> None:
    """The classic notebook's addresses, which lead to JupyterLab."""
    importlib.import_module("carrel_server.notebook_links").install(app)


def load(app: Any) -> None:
    """Does all of it; what fails is noted in the server's log and changes nothing."""
    uses = (
        use_connection,
        use_figures,
        use_notices,
        use_examples,
        use_kernel_listing,
        use_git_pull,
        use_environments,
        use_notebook_links,
    )
    for use in uses:
        try:
            use(app)
        except Exception:
            app.log.warning("Carrel: %s failed; stock's part stays", use.__name__, exc_info=True)
