"""A server on this machine that answers as DIP's description says, and fails as servers do.

Names of parameters and fields are those of the Bundestag's OpenAPI description (version 1 of the API);
documents are invented.
"""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

KEY = "kein-echter-schluessel"
SIZE = 2  # documents a page; the real API gives 100
BOTH = {
    "f.aktualisiert.start", "f.aktualisiert.end", "f.datum.start", "f.datum.end", "f.dokumentnummer", "f.id",
    "f.vorgangstyp", "f.vorgangstyp_notation", "f.wahlperiode", "f.zuordnung", "cursor", "format", "apikey",
}  # fmt: skip
PARAMETERS = {
    "plenarprotokoll": BOTH,
    "drucksache": BOTH | {"f.drucksachetyp", "f.ressort_fdf", "f.titel", "f.urheber"},
}


def pdf(words):
    """The bytes of a file that begins and ends like a PDF."""
    return b"%PDF-1.7\n" + words.encode() * 400 + b"\n%%EOF\n"


class Server:
    """What the server holds, and what it has been asked."""

    def __init__(self):
        self.files = {}  # path -> bytes
        self.etags = {}  # path -> ETag
        self.lists = {"drucksache": [], "plenarprotokoll": []}
        self.faults = {}  # path -> functions of the handler, used one a request
        self.asked = []  # (path, headers)
        self.address = ""
        self.endless = False  # give ever new cursors

    def add(self, number, title, *, resource="drucksache", words=None, **more):
        """Put a document on the server and return the path of its PDF."""
        period, count = number.split("/")
        path = f"/btd/{period}/{count}.pdf"
        self.files[path] = pdf(words or title)
        place = {"pdf_url": self.address + path, "urheber": more.pop("urheber", ["Bundesregierung"])}
        entry = {
            "id": str(1000 + len(self.lists[resource])),
            "dokumentart": resource.capitalize(),
            "dokumentnummer": number,
            "titel": title,
            "datum": "2023-05-11",
            "aktualisiert": "2023-05-12T10:00:00+02:00",
            "wahlperiode": int(period),
            "herausgeber": "BT",
            "vorgangsbezug_anzahl": 0,
            "fundstelle": place,
            **({"drucksachetyp": "Unterrichtung", "autoren_anzahl": 0} if resource == "drucksache" else {}),
        }
        self.lists[resource].append(entry | more)
        return path

    def found(self, resource, given):
        """The documents that fit all filters."""

        def fits(entry):
            every = {name: [v for n, v in given if n == name] for name, _ in given}
            wanted = every.get("f.wahlperiode")
            titles = every.get("f.titel")
            return all(
                (
                    not wanted or str(entry["wahlperiode"]) in wanted,
                    every.get("f.drucksachetyp", [entry.get("drucksachetyp")])[0]
                    == entry.get("drucksachetyp"),
                    set(every.get("f.urheber", ())) <= set(entry["fundstelle"]["urheber"]),
                    not titles or any(words.lower() in entry["titel"].lower() for words in titles),
                    every.get("f.datum.start", [""])[0] <= entry["datum"],
                    entry["datum"] <= every.get("f.datum.end", ["9999"])[0],
                )
            )

        return [entry for entry in self.lists[resource] if fits(entry)]


class Handler(BaseHTTPRequestHandler):
    """Answers GET."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        split = urlsplit(self.path)
        self.held.asked.append((self.path, dict(self.headers)))
        faults = self.held.faults.get(split.path, [])
        if faults:
            faults.pop(0)(self)
        elif split.path.startswith("/api/v1/"):
            self.api(split.path.removeprefix("/api/v1/"), parse_qsl(split.query))
        elif split.path in self.held.files:
            self.file(split.path)
        else:
            self.send(404, b"")

    def api(self, resource, given):
        if self.headers["Authorization"] != f"ApiKey {KEY}":
            self.send(401, b'{"code":401,"message":"Unauthorized"}')
            return
        if not {name for name, _ in given} <= PARAMETERS.get(resource, set()):
            self.send(400, b'{"code":400,"message":"Bad Request"}')
            return
        cursor = int(dict(given).get("cursor", "0"))
        found = self.held.found(resource, given)
        following = cursor + SIZE if self.held.endless else min(cursor + SIZE, len(found))
        documents = found[cursor:following] or (found[:SIZE] if self.held.endless else [])
        page = {"numFound": len(found), "documents": documents, "cursor": str(following)}
        self.send(200, json.dumps(page).encode())

    def file(self, path):
        etag = self.held.etags.get(path, "")
        if etag and self.headers["If-None-Match"] == etag:
            self.send(304, b"")
        else:
            self.send(200, self.held.files[path], **({"ETag": etag} if etag else {}))

    def send(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


def status(code, **headers):
    """A fault: an answer of another status."""
    return lambda handler: handler.send(code, b"", **headers)


def cut(handler):
    """A fault: the connection breaks in the middle of a file."""
    body = handler.held.files[handler.path]
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:100])
    handler.close_connection = True


def short(handler):
    """A fault: a file without its end that claims to be whole."""
    handler.send(200, handler.held.files[handler.path][:-20])


def slow(handler):
    """A fault: no answer in time."""
    time.sleep(1.5)
    handler.close_connection = True


def body(data):
    """A fault: an answer with other content."""
    return lambda handler: handler.send(200, data)


class Listener(ThreadingHTTPServer):
    """Says nothing when a client goes away in the middle of an answer."""

    def handle_error(self, request, client_address):
        pass


@contextmanager
def serving():
    """Run a server on a free port of this machine."""
    held = Server()
    handler = type("Bound", (Handler,), {"held": held})
    listener = Listener(("127.0.0.1", 0), handler)
    held.address = f"http://127.0.0.1:{listener.server_port}"
    # by default it sees only every half second that it shall end
    thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield held
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
