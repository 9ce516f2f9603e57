"""A platform's token, exchanged for one of the API. An exchange is rare: it goes over httpx2."""

from __future__ import annotations

import sys
from asyncio import to_thread
from typing import Any

from httpx2 import Client as DefaultHttpx2Client

from .._exceptions import OpenAIError
from .._secrets import secret
from ._identities import SubjectTokenProvider as SubjectTokenProvider
from ._identities import SubjectTokenWorkloadIdentity as SubjectTokenWorkloadIdentity
from ._identities import WorkloadIdentity as WorkloadIdentity
from ._identities import X509WorkloadIdentity as X509WorkloadIdentity
from ._identities import x509_workload_identity as x509_workload_identity
from ._subject_tokens import (
    azure_managed_identity_token_provider as azure_managed_identity_token_provider,
)
from ._subject_tokens import gcp_id_token_provider as gcp_id_token_provider
from ._subject_tokens import (
    k8s_service_account_token_provider as k8s_service_account_token_provider,
)
from ._token_cache import DEFAULT_REFRESH_BUFFER_SECONDS as DEFAULT_REFRESH_BUFFER_SECONDS
from ._token_cache import DEFAULT_TOKEN_EXCHANGE_URL, _WorkloadIdentityAuth

TOKEN_EXCHANGE_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange"
SUBJECT_TOKEN_TYPES = {
    "jwt": "urn:ietf:params:oauth:token-type:jwt",
    "id": "urn:ietf:params:oauth:token-type:id_token",
}


class WorkloadIdentityAuth(_WorkloadIdentityAuth[WorkloadIdentity]):
    def __init__(
        self,
        *,
        workload_identity: WorkloadIdentity,
        token_exchange_url: str = DEFAULT_TOKEN_EXCHANGE_URL,
        _use_httpx2: bool = True,
    ) -> None:
        super().__init__(
            workload_identity=workload_identity,
            token_exchange_url=token_exchange_url,
            _use_httpx2=_use_httpx2,
        )

    async def get_token_async(self) -> str:
        # The subject token's provider and the exchange may block.
        token = self.cached_token()
        return await to_thread(self.get_token) if token is None else token

    def _fetch_token_from_exchange(self) -> dict[str, Any]:
        subject_token = self._get_subject_token()
        token_type = self.workload_identity["provider"]["token_type"]
        if token_type not in SUBJECT_TOKEN_TYPES:
            raise OpenAIError(
                f"Unsupported token type: {token_type!r}. "
                f"Supported types: {', '.join(SUBJECT_TOKEN_TYPES)}"
            )
        payload = {
            "grant_type": TOKEN_EXCHANGE_GRANT_TYPE,
            "subject_token": subject_token,
            "subject_token_type": SUBJECT_TOKEN_TYPES[token_type],
            "identity_provider_id": self.workload_identity["identity_provider_id"],
            "service_account_id": self.workload_identity["service_account_id"],
        }
        with self._exchange_client() as client:
            response = client.post(self.token_exchange_url, json=payload, timeout=10.0)
            return self._handle_token_response(response)

    def _exchange_client(self) -> Any:
        """Of the library that the API's own HTTP client is of: programs mock one of them."""
        legacy = None if self._use_httpx2 else sys.modules.get("httpx")
        if legacy is not None:
            return legacy.Client()
        return DefaultHttpx2Client(follow_redirects=False)

    def _get_subject_token(self) -> str:
        subject_token: str = secret(self.workload_identity["provider"]["get_token"]())
        if not subject_token:
            raise OpenAIError("The workload identity provider returned an empty subject token")
        return subject_token
