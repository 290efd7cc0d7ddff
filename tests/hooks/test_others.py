"""Programs of others do under the hooks what they do bare, and tell of what they do."""

from __future__ import annotations

import re

from tests.hooks.watched import bare_of, lines_of

SERVER = """
import http.server, threading, urllib.request

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
serving = threading.Thread(target=server.serve_forever)
serving.start()
answers = []

def client(i):
    for k in range(10):
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/{i}/{k}") as answer:
            answers.append(answer.read().decode())

clients = [threading.Thread(target=client, args=(i,)) for i in range(4)]
for each in clients: each.start()
for each in clients: each.join()
server.shutdown()
serving.join()
server.server_close()
print(sorted(answers), threading.active_count())
"""


def test_a_threading_server_under_load() -> None:
    watched, bare = lines_of(SERVER), bare_of(SERVER)
    assert (watched.stdout, watched.stderr, watched.status) == (bare.stdout, "", 0)
    groups = {line[2]: line[4] for line in watched.of("group")}
    number = {
        label: sum(line[3] == key for line in watched.of("submitted"))
        for key, label in groups.items()
    }
    assert number["client"] == 4
    assert number["ThreadingMixIn.process_request_thread"] == 40
    assert len(watched.of("started")) == len(watched.of("finished")) == 45


XDIST = """
import sys, threading, time
import pytest

def test_fails():
    thread = threading.Thread(target=time.sleep, args=(0.001,))
    thread.start()
    thread.join()
    raise ValueError("as it should")

if __name__ == "__main__":
    options = ["-q", "-n", "1", "-p", "xdist.plugin", "-p", "no:cacheprovider"]
    sys.exit(pytest.main([*options, __file__]))
"""


def test_pytest_with_xdist() -> None:
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    watched, bare = lines_of(XDIST, **alone), bare_of(XDIST, **alone)
    assert plain(watched.stdout) == plain(bare.stdout)
    assert (watched.stderr, watched.status) == (bare.stderr, bare.status)
    assert bare.status == 1
    assert "1 failed" in bare.stdout
    assert "_concviz" not in watched.stdout
    assert len(watched.rings) == 2
    assert [line[4] for line in watched.of("submitted")].count("sleep(0.001)") == 1


def plain(text: str) -> str:
    """Without what is another in every run."""
    return re.sub(r"\d+\.\d+s|/tmp/[\w./]+|\[gw\d\]", "…", text)
