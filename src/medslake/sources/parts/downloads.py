"""Addresses of files at hosts that form them in a way of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from medslake.sources.base import Download

__all__ = ["github", "github_archive", "hugging_face", "mtl_bioinformatics", "physionet"]


#: Of a file what is known of it: its bytes, its sha256, or both.
Known = int | str | tuple[int, str] | None


def github(
    repository: str, commit: str, files: Mapping[str, Known] | Iterable[str], *, under: str = "", into: str = ""
) -> tuple[Download, ...]:
    """Files of a repository (owner/name) as they were at a commit. files: their paths, to what is known of them.

    under: the folder of the repository that the paths begin at; into: the folder that they go to.
    """
    known = files if isinstance(files, Mapping) else dict.fromkeys(files)
    home = f"https://raw.githubusercontent.com/{repository}/{commit}/{under}"

    def one(path: str, told: Known) -> Download:
        facts = told if isinstance(told, tuple) else (told,)
        digest = next((fact for fact in facts if isinstance(fact, str)), None)
        size = next((fact for fact in facts if isinstance(fact, int)), None)
        return Download(f"{home}{quote(path)}", digest, path=f"{into}{path}", size=size)

    return tuple(one(path, told) for path, told in known.items())


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


def mtl_bioinformatics(
    folder: str, files: Mapping[str, Known] | Iterable[str] = ("train.tsv", "devel.tsv", "test.tsv"), *, into: str = ""
) -> tuple[Download, ...]:
    """Files of a corpus in the IOB form of MTL-Bioinformatics-2016. folder: where that repository keeps it, below `data`."""
    commit = "df0df02fae6dbb87d88ffcf323b9096528f06f84"
    return github("cambridgeltl/MTL-Bioinformatics-2016", commit, files, under=f"data/{folder}/", into=into)
