"""Files of S3 in Spark: Hadoop's S3A where the class path has it, reached as the AWS variables say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from medslake.stores import s3_settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["hand_on_settings", "reads_s3"]

_S3A = "org.apache.hadoop.fs.s3a.S3AFileSystem"
_KEYS = {"AWS_ACCESS_KEY_ID": "access.key", "AWS_SECRET_ACCESS_KEY": "secret.key", "AWS_SESSION_TOKEN": "session.token"}
_TEMPORARY = "org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider"
_ANONYMOUS = "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider"


def hand_on_settings(spark: SparkSession) -> None:
    """Have Python workers know the AWS variables of this process, wherever and whenever they were started."""
    if not hasattr(spark, "_jsparkSession"):
        return
    environment = spark.sparkContext.environment
    for name in [name for name in environment if name.startswith("AWS_")]:
        del environment[name]
    environment.update({name: value for name, value in os.environ.items() if name.startswith("AWS_")})


def reads_s3(spark: SparkSession) -> bool:
    """Whether Spark opens `s3://` in this session. Where it has the classes, settings that nobody made are made from the AWS variables."""
    jvm: Any = getattr(spark, "_jvm", None) if hasattr(spark, "_jsparkSession") else None
    if jvm is None:
        return False
    from py4j.protocol import Py4JJavaError

    try:
        jvm.java.lang.Thread.currentThread().getContextClassLoader().loadClass(_S3A)
    except Py4JJavaError:
        return False
    conf: Any = spark._jsc.hadoopConfiguration()
    for name, value in _settings().items():
        # What Hadoop's own defaults say is nobody's choice.
        if conf.get(name) is None or not _chosen(conf, name):
            conf.set(name, value)
    return True


def _chosen(conf: Any, name: str) -> bool:
    """Whether a setting was made by the user: core-default.xml makes the others."""
    return not any(str(source).endswith("-default.xml") for source in conf.getPropertySources(name) or ())


def _settings() -> dict[str, str]:
    told = dict(s3_settings())
    found = {"fs.s3.impl": _S3A, "fs.s3a.path.style.access": "true" if "endpoint" in told else "false"}
    found |= {f"fs.s3a.{key}": os.environ[name] for name, key in _KEYS.items() if os.environ.get(name)}
    if "endpoint" in told:
        found |= {"fs.s3a.endpoint": told["endpoint"], "fs.s3a.connection.ssl.enabled": str(told["endpoint"].startswith("https")).lower()}
    if "region" in told:
        found["fs.s3a.endpoint.region"] = told["region"]
    elif "endpoint" in told:
        found["fs.s3a.endpoint.region"] = "us-east-1"
    if "skip_signature" in told:
        found["fs.s3a.aws.credentials.provider"] = _ANONYMOUS
    elif "fs.s3a.session.token" in found:
        found["fs.s3a.aws.credentials.provider"] = _TEMPORARY
    return found
