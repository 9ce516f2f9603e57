"""Where platforms keep the token that says which workload this is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._exceptions import SubjectTokenProviderError
from ._identities import SubjectTokenProvider

if TYPE_CHECKING:
    import httpx2

_AZURE = "http://169.254.169.254/metadata/identity/oauth2/token"
_GCP = (
    "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity"
)


def k8s_service_account_token_provider(
    token_file_path: str | Path = "/var/run/secrets/kubernetes.io/serviceaccount/token",
) -> SubjectTokenProvider:
    """The token that Kubernetes mounts as a file; read anew each time, for it is rotated."""

    def get_token() -> str:
        try:
            token = Path(token_file_path).read_text().strip()
            if not token:
                raise SubjectTokenProviderError(f"The token file at {token_file_path} is empty.")
        except Exception as error:
            raise SubjectTokenProviderError(
                f"Failed to read the token file at {token_file_path}: {error}"
            ) from error
        return token

    return {"token_type": "jwt", "get_token": get_token}


def azure_managed_identity_token_provider(
    resource: str = "https://management.azure.com/",
    *,
    object_id: str | None = None,
    client_id: str | None = None,
    msi_res_id: str | None = None,
    api_version: str = "2018-02-01",
    timeout: float = 10.0,
    http_client: httpx2.Client | None = None,
) -> SubjectTokenProvider:
    """The token of an Azure machine's managed identity; the IDs choose one where it has several."""
    identity = {"object_id": object_id, "client_id": client_id, "msi_res_id": msi_res_id}
    params = {"api-version": api_version, "resource": resource}
    params |= {name: value for name, value in identity.items() if value is not None}

    def get_token() -> str:
        what = "Failed to fetch Azure subject token from IMDS"
        try:
            response = _ask(http_client, _AZURE, params, {"Metadata": "true"}, timeout, what)
            token: str = response.json().get("access_token")
            if not token:
                raise SubjectTokenProviderError(
                    "Azure IMDS response did not include an access_token", response=response
                )
        except Exception as error:
            raise SubjectTokenProviderError(f"{what}: {error}") from error
        return token

    return {"token_type": "jwt", "get_token": get_token}


def gcp_id_token_provider(
    audience: str = "https://api.openai.com/v1",
    *,
    timeout: float = 10.0,
    http_client: httpx2.Client | None = None,
) -> SubjectTokenProvider:
    """The identity token of a Google Cloud machine, for whoever `audience` names."""

    def get_token() -> str:
        what = "Failed to fetch GCP subject token from metadata server"
        headers = {"Metadata-Flavor": "Google"}
        try:
            response = _ask(http_client, _GCP, {"audience": audience}, headers, timeout, what)
            token: str = response.text.strip()
            if not token:
                raise SubjectTokenProviderError(
                    "GCP metadata server returned an empty token", response=response
                )
        except Exception as error:
            raise SubjectTokenProviderError(f"{what}: {error}") from error
        return token

    return {"token_type": "id", "get_token": get_token}


def _ask(
    client: Any,
    url: str,
    params: dict[str, str],
    headers: dict[str, str],
    timeout: float,
    what: str,
) -> Any:
    import httpx2

    if client is not None:
        response = client.get(url, params=params, headers=headers, timeout=timeout)
    else:
        with httpx2.Client() as own:
            response = own.get(url, params=params, headers=headers, timeout=timeout)
    if response.is_error:
        raise SubjectTokenProviderError(f"{what}: HTTP {response.status_code}", response=response)
    return response
