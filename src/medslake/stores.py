"""Object stores by URI: the one place that says how they are reached. The settings of S3 are the AWS variables.

AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN (or a profile, or the machine's role), AWS_REGION or AWS_DEFAULT_REGION,
AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL for another server than Amazon's, AWS_SKIP_SIGNATURE=true for what everybody may read.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

from medslake.errors import UsageError

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["place_of", "s3_settings", "store_of"]

#: Seconds without a connection, and without a byte. With three tries a dead server is told within a minute.
_CONNECT, _SILENCE = 5, 15


def store_of(uri: str) -> tuple[FileSystem, str]:
    """The file system of a URI and the path in it; raises UsageError for a store that is not known."""
    from pyarrow.fs import FileSystem

    scheme, _, rest = uri.partition("://")
    if scheme == "s3" and "?" not in rest:
        return _s3(s3_settings(), rest.partition("/")[0]), rest
    try:
        filesystem, path = FileSystem.from_uri(uri)
    except (ValueError, NotImplementedError) as error:
        known = "a folder, file://, s3://, gs://, abfs:// or hdfs://"
        raise UsageError(f"{uri} names no store that is known here.", hint=f"Name {known}.") from error
    return filesystem, path


def place_of(uri: str) -> tuple[FileSystem, str]:
    """The file system of an absolute path or a URI, and the path in it."""
    from pyarrow.fs import LocalFileSystem

    return store_of(uri) if "://" in uri else (LocalFileSystem(), uri)


def s3_settings() -> tuple[tuple[str, str], ...]:
    """What the AWS variables say that clients do not all read by themselves: endpoint, region, skip_signature; those that are set."""
    told = {
        "endpoint": os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"),
        "region": os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
        "skip_signature": "true" if os.environ.get("AWS_SKIP_SIGNATURE", "").lower() in ("1", "true") else None,
    }
    return tuple((name, value) for name, value in told.items() if value)


@functools.lru_cache(maxsize=16)
def _s3(settings: tuple[tuple[str, str], ...], bucket: str) -> FileSystem:
    """bucket: Amazon tells in which region it is, where nobody says."""
    from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem, resolve_s3_region

    told = dict(settings)
    how: dict[str, Any] = {"connect_timeout": _CONNECT, "request_timeout": _SILENCE}
    if endpoint := told.get("endpoint"):
        scheme, found, host = endpoint.rstrip("/").partition("://")
        how |= {"endpoint_override": host, "scheme": scheme} if found else {"endpoint_override": endpoint}
    region = told.get("region") or ("us-east-1" if endpoint else _region(resolve_s3_region, bucket))
    retries = AwsStandardS3RetryStrategy(max_attempts=3)
    return S3FileSystem(region=region, anonymous="skip_signature" in told, retry_strategy=retries, **how)


def _region(resolve: Any, bucket: str) -> str:
    try:
        return str(resolve(bucket))
    except OSError:
        # The first question to the store tells what is wrong.
        return "us-east-1"
