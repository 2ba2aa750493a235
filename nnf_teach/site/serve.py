"""Serve the site on this computer."""

from __future__ import annotations

import functools
import threading
import webbrowser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".json": "application/json",
        ".whl": "application/zip",
    }

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing for each file."""


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of the folder on this computer alone; port 0 is any that is free."""
    return ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Handler, directory=folder))


def serve(folder: Path, port: int, open_browser: bool) -> int:
    """Serve the folder until Ctrl-C, and return the exit status."""
    with server(folder, port) as running:
        address = f"http://127.0.0.1:{running.server_port}/"
        print(f"The site is at {address}   (Ctrl-C ends it)", flush=True)
        if open_browser:
            threading.Timer(0.5, webbrowser.open, [address]).start()
        running.serve_forever()
    return 0
