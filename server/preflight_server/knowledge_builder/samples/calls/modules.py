from __future__ import annotations

from ..handwritten import Calls

calls = call = Calls()
