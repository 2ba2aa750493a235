// JupyterLite loads this in place of Pyodide, which boot.js has started long ago.
