"""Keeps the libraries' own logs at WARNING: below it they log whole requests and answers, keys and tokens among them.

Lambda sets the root logger to the function's application log level, and a logger without a level of its own follows it:
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html. So each library has one.
"""

import logging
from collections.abc import Iterable

LIBRARIES = (
    "asyncio",
    "aws_lambda_powertools",
    "bcdocs",
    "boto3",
    "botocore",
    "charset_normalizer",
    "concurrent",
    "httpx",
    "requests",
    "s3transfer",
    "urllib3",
    "valkey",
)


def quiet_libraries(also: Iterable[str] = ()) -> None:
    for name in (*LIBRARIES, *also):
        logging.getLogger(name).setLevel(logging.WARNING)
