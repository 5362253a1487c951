"""One window per user over Qt's named pipes: where the system has no local sockets in the file system, or their path is too long."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from core.host.peer import is_same_user

log = logging.getLogger(__name__)
WAIT_MS: Final = 400
_RAISE: Final = b"raise\n"


def ask_over_pipe(name: str) -> bool:
    """Ask a window that runs already to come forward; return whether there is one and it is this user's."""
    socket = QLocalSocket()
    socket.connectToServer(_pipe(name))
    if not socket.waitForConnected(WAIT_MS):
        return False
    if not is_same_user(int(socket.socketDescriptor())):
        log.debug("another user's program listens where Telltale does; not talking to it")
        socket.abort()
        return False
    socket.write(_RAISE)
    socket.waitForBytesWritten(WAIT_MS)
    heard = socket.bytesAvailable() > 0 or socket.waitForReadyRead(WAIT_MS)
    socket.disconnectFromServer()
    return heard


class PipeListener(QObject):
    """Listens for later starts and emits `raised` when one asks."""

    raised = Signal()

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        """Prepare; call `listen`."""
        super().__init__(parent)
        self._name = _pipe(name)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def listen(self) -> bool:
        """Become the first window; a socket left over by a crash is replaced. Return whether it was possible."""
        if self._server.listen(self._name):
            return True
        QLocalServer.removeServer(self._name)
        return bool(self._server.listen(self._name))

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            if is_same_user(int(socket.socketDescriptor())):
                socket.write(b"ok\n")
                socket.flush()
                self.raised.emit()
            else:
                socket.abort()


def _pipe(name: str) -> str:
    """Return the name itself where it is short enough for a socket's path, else a short digest of it."""
    if len(name.encode()) < 100:
        return name
    import hashlib  # brings libcrypto along: four megabytes

    return "telltale-" + hashlib.sha256(name.encode()).hexdigest()[:24]
