from __future__ import annotations

from tests import loopback_only

loopback_only.install()
