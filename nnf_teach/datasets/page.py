"""Files that the page has which runs Python in a browser: fetched when a lesson needs them."""

from __future__ import annotations

import importlib


def bring(name: str) -> bytes:
    """Return the content of a file beside the folder from which Python was started.

    Raises
    ------
    OSError
        When the page does not have it, or cannot be reached.
    """
    js, pyodide = importlib.import_module("js"), importlib.import_module("pyodide_js")
    address = str(js.URL.new(f"../{name}", pyodide._api.config.indexURL).href)
    request = js.XMLHttpRequest.new()
    request.open("GET", address, False)  # Python waits for it, which a worker may
    request.responseType = "arraybuffer"
    try:
        request.send()
    except Exception as error:  # the browser's own
        raise OSError(f"{address} cannot be fetched ({error}). {_ADVICE}") from None
    if request.status != 200:
        raise OSError(f"{address} cannot be fetched (status {request.status}). {_ADVICE}")
    return bytes(request.response.to_bytes())


_ADVICE = "Is the page's server still there? Run the cell again when it is."
