"""A file that is to be fetched, and how long its server is waited for."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medslake.errors import InputRefused, UsageError
from medslake.sources import Download

if TYPE_CHECKING:
    from requests import PreparedRequest

__all__ = ["Again", "Patience", "Wanted"]


class Again(Exception):
    """The server may answer better later. message: what happened. wait: seconds that it asks for, None where it asks for none."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class Patience:
    """retries: attempts in a row that bring nothing, after which a file is given up. timeout: seconds without an answer, or without a
    byte worth speaking of, that end an attempt. wait: seconds before the second attempt; each later one doubles it.
    """

    retries: int = 5
    timeout: float = 60.0
    wait: float = 1.0


@dataclass(frozen=True)
class Wanted:
    """source: its name. page: where a person finds the file. sha256: the digest that is declared, None where none is."""

    source: str
    page: str
    one: Download
    sha256: str | None = None

    def refused(self, rule: str, detail: str, *, hint: str = "") -> InputRefused:
        return InputRefused(self.source, self.one.name, rule, detail, hint=hint or f"See {self.page}.")

    def login(self) -> Callable[[PreparedRequest], PreparedRequest] | None:
        """What puts the login into a request, None where none is declared. UsageError where a variable of it is not set."""
        if not self.one.login:
            return None
        values = [os.environ.get(name, "") for name in self.one.login]
        absent = [name for name, value in zip(self.one.login, values, strict=True) if not value]
        if absent:
            raise UsageError(
                f"source {self.source}: its files are handed out to those who log in, and {' and '.join(absent)} "
                f"{'are' if len(absent) > 1 else 'is'} not set in the environment.",
                hint=f"Ask for access at {self.page}, then set {' and '.join(self.one.login)}.",
            )
        if len(values) == 2:
            from requests.auth import HTTPBasicAuth

            # As UTF-8: the library itself would send letters beyond Latin-1 as an error.
            return HTTPBasicAuth(values[0].encode(), values[1].encode())

        def bearer(request: PreparedRequest) -> PreparedRequest:
            request.headers["Authorization"] = f"Bearer {values[0]}"
            return request

        return bearer
