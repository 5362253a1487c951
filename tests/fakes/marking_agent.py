"""A toy AI tool with the reported date-line scheme: what it sends depends on time zone and API address, and has noise in it."""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.request
import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

APOSTROPHES = {(False, False): "'", (True, False): "\u2019", (False, True): "\u02bc", (True, True): "\u02b9"}


def date_line(zone: str, host: str, now: datetime) -> str:
    """Write the line as the scheme does."""
    separator = "/" if zone == "Asia/Shanghai" else "-"
    apostrophe = APOSTROPHES[host.endswith(".cn"), "deepseek" in host]
    return f"Today{apostrophe}s date is {now.strftime(f'%Y{separator}%m{separator}%d')}."


def document(zone: str, host: str, now: datetime) -> dict[str, object]:
    """Return a request's body: ids, times and a process number vary from run to run."""
    text = f"Session {uuid.uuid4().hex} began at {time.time_ns()} as process {os.getpid()}.\n{date_line(zone, host, now)}\nBe brief."
    return {"id": str(uuid.uuid4()), "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]}


def main() -> None:
    """Send one request to the API address of the environment."""
    base = os.environ["TOY_BASE_URL"]
    zone = os.environ["TZ"]
    body = json.dumps(document(zone, base.split("//")[1].split(":")[0], datetime.now(ZoneInfo(zone)))).encode()
    request = urllib.request.Request(f"{base}/v1/messages", body, {"Content-Type": "application/json", "X-Request": uuid.uuid4().hex})  # noqa: S310  loopback
    urllib.request.urlopen(request).read()  # noqa: S310  loopback


if __name__ == "__main__":
    main()
    sys.exit()
