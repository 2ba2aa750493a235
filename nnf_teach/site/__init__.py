"""The course as a static site: JupyterLab and Python in the reader's browser."""

from nnf_teach.site.build import build_site
from nnf_teach.site.fetch import SiteError
from nnf_teach.site.serve import serve

__all__ = ["SiteError", "build_site", "serve"]
