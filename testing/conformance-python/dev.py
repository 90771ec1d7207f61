"""One `syncline dev` in a directory of its own."""

import os
import signal
import ssl
import subprocess
import tempfile
import threading
from pathlib import Path
from urllib.parse import urlsplit

SCHEMAS = Path(__file__).parent.parent / "schemas"
# How long anything that is waited for may take on a machine that is busy.
PATIENCE = 60


class Dev:
    """A running server. What it printed says where its clients find it."""

    def __init__(self, schema, *flags):
        self.home = tempfile.TemporaryDirectory(prefix="conformance-python-")
        self.schema = SCHEMAS / schema
        self.flags = flags
        self.listen = "127.0.0.1:0"
        self.log = ""
        self.start()

    def start(self):
        """Starts the process; again at the port that it had."""
        binary = os.environ.get("SYNCLINE_BIN")
        if not binary:
            raise RuntimeError("SYNCLINE_BIN must name the command; `cargo xtask judge python` sets it")
        self.process = subprocess.Popen(
            [binary, "dev", "--schema", self.schema, "--listen", self.listen, "--data", self.home.name, *self.flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        said = {}
        ready = threading.Event()
        # Both pipes are read to their ends: a full one would stop the server.
        self.readers = [
            threading.Thread(target=self._read_stdout, args=(said, ready), daemon=True),
            threading.Thread(target=self._read_stderr, daemon=True),
        ]
        for reader in self.readers:
            reader.start()
        if not ready.wait(PATIENCE) or "API key" not in said:
            self.process.kill()
            raise RuntimeError(f"the server did not start: {said}\n{self.log}")
        self.url = said["GraphQL endpoint"]
        self.realtime = said["Realtime endpoint"]
        self.api_key = said["API key"]
        self.certificate = said.get("Certificate")
        self.host = urlsplit(self.url).netloc
        self.listen = self.host

    def _read_stdout(self, said, ready):
        for line in self.process.stdout:
            name, _, value = line.strip().partition(": ")
            said[name] = value
            if name == "Ready":
                ready.set()
        ready.set()

    def _read_stderr(self):
        for line in self.process.stderr:
            self.log += line

    @property
    def tls(self):
        """What a client needs to trust the server, or `False` without TLS."""
        return ssl.create_default_context(cafile=self.certificate) if self.certificate else False

    @property
    def headers(self):
        return {"x-api-key": self.api_key}

    def stop(self):
        """Ends the process as a service manager does; says how it ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            for reader in self.readers:
                reader.join(PATIENCE)
            self.process.stdout.close()
            self.process.stderr.close()

    def close(self):
        """Ends the process and checks that nothing went wrong in it meanwhile."""
        code = self.stop()
        self.home.cleanup()
        assert "panicked" not in self.log, self.log
        assert code == 0, f"the server ended with {code}:\n{self.log}"
