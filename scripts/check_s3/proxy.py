"""A TCP proxy that breaks connections on demand, and records the requests through it."""

import re
import socket
import threading

REQUEST = re.compile(rb"(?:^|\r\n)(GET|HEAD|PUT|POST|DELETE) (\S+) HTTP/1\.1\r\n")


class Proxy:
    def __init__(self, target):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.heal()
        threading.Thread(target=self._accept, daemon=True).start()

    def heal(self):
        """Lets everything through from now on, and forgets the recorded requests."""
        with self.lock:
            self.requests = []
            self.left = {}
            self.for_good = self.silent = self.cut = False
            self.then = lambda: None

    def break_after(self, direction, size, for_good=False, silent=False, then=lambda: None):
        """Breaks the connection after `size` bytes `up` or `down`: once or for good, or goes silent instead."""
        self.heal()
        with self.lock:
            self.left = {direction: size}
            self.for_good, self.silent, self.then = for_good, silent, then

    def _accept(self):
        while True:
            client, _ = self.listener.accept()
            with self.lock:
                is_down = self.cut and self.for_good
            if is_down:
                client.close()
                continue
            server = socket.create_connection(self.target)
            for direction, source, sink in (("up", client, server), ("down", server, client)):
                threading.Thread(target=self._pump, args=(direction, source, sink), daemon=True).start()

    def _pump(self, direction, source, sink):
        try:
            while data := source.recv(65536):
                if not self._passes(direction, data, sink):
                    break
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def _passes(self, direction, data, sink):
        with self.lock:
            if direction == "up":
                self.requests += [(m[1].decode(), m[2].decode()) for m in REQUEST.finditer(data)]
            if self.cut and self.for_good:
                return False
            left = self.left.get(direction)
            breaks = left is not None and left < len(data)
            if breaks:
                del self.left[direction]
                self.cut = True
                data, then, silent = data[:left], self.then, self.silent
            elif left is not None:
                self.left[direction] -= len(data)
        sink.sendall(data)
        if breaks and silent:
            threading.Event().wait()
        if breaks:
            then()
        return not breaks
