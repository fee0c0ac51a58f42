"""The server's side of the openBIS buttons: `jupyter-openbis-server`, played so that openBIS can't hold the server up.

That extension does all its work on the server's only thread: while openBIS is asked, no kernel, no file and no page answers. It also
asks openBIS while the server starts. So it isn't loaded itself; its handlers are run here as they are, on threads, when somebody
asks for the first time. The addresses and their answers stay the same.
"""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "carrel_openbis.extension"}]
