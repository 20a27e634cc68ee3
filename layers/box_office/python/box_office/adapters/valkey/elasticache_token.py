"""Passwords for the cache: IAM tokens that are valid for fifteen minutes, signed here without a call."""

from urllib.parse import urlencode

import botocore.session
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError
from valkey import CredentialProvider

TOKEN_SECONDS = 900  # what ElastiCache accepts at most; a connection then lives twelve hours


class ElastiCacheToken(CredentialProvider):
    """A user and a fresh token for each new connection to a serverless cache."""

    def __init__(self, user: str, cache_name: str) -> None:
        self._user = user
        self._cache_name = cache_name
        self._session = botocore.session.get_session()

    def get_credentials(self) -> tuple[str, str]:
        query = urlencode({"Action": "connect", "User": self._user, "ResourceType": "ServerlessCache"})
        request = AWSRequest("GET", f"http://{self._cache_name}/?{query}")
        credentials = self._session.get_credentials()
        if credentials is None:
            raise NoCredentialsError()
        region = self._session.get_config_variable("region")
        SigV4QueryAuth(credentials, "elasticache", region, expires=TOKEN_SECONDS).add_auth(request)
        assert request.url is not None
        return self._user, request.url.removeprefix("http://")
