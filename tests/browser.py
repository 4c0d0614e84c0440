"""A real browser for tests and pictures: headless Chromium, driven by Selenium, with nothing downloaded."""

from __future__ import annotations

import base64
import contextlib
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromedriver")
ADVICE = "install Debian's packages `chromium` and `chromium-driver`"
WIDE, PHONE = (1280, 900), (390, 844)


def missing() -> list[str]:
    """Return the programs that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Give a browser without a window."""
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    chromium, driver = (shutil.which(name) for name in PROGRAMS)
    options = Options()
    options.binary_location = chromium
    for word in ("headless=new", "no-sandbox", "disable-dev-shm-usage", "hide-scrollbars"):
        options.add_argument(f"--{word}")
    found = webdriver.Chrome(options=options, service=Service(executable_path=driver))
    found.set_page_load_timeout(120)
    found.set_script_timeout(120)
    try:
        yield found
    finally:
        found.quit()


@contextlib.contextmanager
def served(out: Path, *words: str) -> Iterator[str]:
    """Serve an output folder as a user does and give the address that the command prints."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "pipeline", "serve", str(out), "--port", str(port), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = re.search(r"http://\S+", process.stdout.readline())[0]
            wait(lambda: process.poll() is not None or _listens(port))
            yield address
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def look(driver: Any, *, dark: bool, size: tuple[int, int]) -> None:
    """Set the colour scheme and the size of the screen; a narrow one is a phone's."""
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    screen = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)


def paper(driver: Any) -> None:
    """Show pages as they are printed, on A4 with the margins of the report."""
    look(driver, dark=False, size=(673, 950))
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})


def picture(driver: Any, path: Path, *, height: int = 0) -> Path:
    """Write what the screen shows, or more of the page, as PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    asked: dict[str, Any] = {"format": "png", "captureBeyondViewport": bool(height)}
    if height:
        width = driver.execute_script("return innerWidth")
        asked["clip"] = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    path.write_bytes(base64.b64decode(driver.execute_cdp_cmd("Page.captureScreenshot", asked)["data"]))
    return path


def printed(driver: Any, path: Path) -> Path:
    """Write the page as the browser prints it: A4, as its own print style wants it."""
    asked = {"preferCSSPageSize": True, "printBackground": True, "paperWidth": 8.27, "paperHeight": 11.69}
    path.write_bytes(base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", asked)["data"]))
    return path


def wait(condition: Any, *, seconds: float = 60.0) -> Any:
    """Return what a condition gives as soon as it gives anything."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("what was waited for did not come")


def one(driver: Any, css: str) -> Any:
    """Return the first element of a kind as soon as there is one."""
    return wait(lambda: driver.find_elements("css selector", css))[0]


def follow(driver: Any, element: Any) -> None:
    """Click a link or a button and wait until its page is there."""
    before = one(driver, "html").id
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()
    # between two pages there may be none
    wait(lambda: any(root.id != before for root in driver.find_elements("tag name", "html")))


def barriers(driver: Any) -> list[str]:
    """Return what axe finds on a page, with the places."""
    from selenium_axe_python import Axe

    axe = Axe(driver)
    axe.inject()
    found = axe.run(options={"resultTypes": ["violations"]})["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"][:3]]
