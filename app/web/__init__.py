"""What the pages of every domain share: templates, forms, markdown, static files. Knows no domain."""

from app.web.assets import HashedFiles
from app.web.page import render_refusal

__all__ = ["HashedFiles", "render_refusal"]
