"""Addresses of files at hosts that form them in a way of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from medslake.sources.base import Download

__all__ = ["github", "github_archive", "hugging_face", "physionet"]


def github(
    repository: str, commit: str, files: Mapping[str, int | None] | Iterable[str], *, under: str = "", into: str = ""
) -> tuple[Download, ...]:
    """Files of a repository (owner/name) as they were at a commit. files: their paths, to their bytes where these are known.

    under: the folder of the repository that the paths begin at; into: the folder that they go to.
    """
    sizes = files if isinstance(files, Mapping) else dict.fromkeys(files)
    home = f"https://raw.githubusercontent.com/{repository}/{commit}/{under}"
    return tuple(Download(f"{home}{quote(path)}", path=f"{into}{path}", size=size) for path, size in sizes.items())


def github_archive(repository: str, commit: str) -> tuple[Download, ...]:
    """A repository of many small files at a commit, as one zip. GitHub makes it when it is asked, and promises no digest."""
    return (Download(f"https://github.com/{repository}/archive/{commit}.zip", path=f"{repository.rpartition('/')[2]}.zip"),)


def hugging_face(dataset: str, files: Iterable[str], *, revision: str = "main", login: bool = False) -> tuple[Download, ...]:
    """Files of a data set (owner/name) of the Hugging Face hub. login: the page asks who wants them, so HF_TOKEN is sent."""
    home = f"https://huggingface.co/datasets/{dataset}/resolve/{revision}"
    return tuple(Download(f"{home}/{quote(path)}", path=path, login=("HF_TOKEN",) if login else ()) for path in files)


def physionet(project: str, version: str, files: Iterable[str], *, login: bool = True) -> tuple[Download, ...]:
    """Files of a version of a project, with the digests that PhysioNet keeps beside them; what is not open takes its user and password."""
    home = f"https://physionet.org/files/{project}/{version}"
    variables = ("PHYSIONET_USER", "PHYSIONET_PASSWORD") if login else ()
    return tuple(Download(f"{home}/{path}", path=path, sums=f"{home}/SHA256SUMS.txt", login=variables) for path in files)
