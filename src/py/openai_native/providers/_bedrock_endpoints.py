"""Where Bedrock answers: its two services, their host names in each partition of AWS."""

from __future__ import annotations

import re
from typing import Literal

import httpx2

from .._exceptions import OpenAIError

BedrockEndpoint = Literal["mantle", "runtime"]

_REGION = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]+)+-\d+")
# By the start of the region's name; the rest is in the commercial partition.
_RUNTIME_SUFFIXES = {
    "cn-": ("amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    "eusc-": ("amazonaws.eu", "api.amazonwebservices.eu"),
    "us-iso-": ("c2s.ic.gov", "api.aws.ic.gov"),
    "us-isob-": ("sc2s.sgov.gov", "api.aws.scloud"),
    "eu-isoe-": ("cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    "us-isof-": ("csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    "": ("amazonaws.com", "api.aws"),
}
_RUNTIME_SERVICES = ("bedrock-runtime", "bedrock-runtime-fips")


def _runtime_suffixes(region: str) -> tuple[str, str]:
    return next(names for start, names in _RUNTIME_SUFFIXES.items() if region.startswith(start))


def _parse_bedrock_endpoint_hostname(hostname: str) -> tuple[BedrockEndpoint, str] | None:
    """The service and the region that AWS's own host names tell; None: not one of them."""
    service, _, rest = hostname.removesuffix(".").lower().partition(".")
    region, _, suffix = rest.partition(".")
    if not _REGION.fullmatch(region):
        return None
    if service == "bedrock-mantle" and suffix == "api.aws":
        return "mantle", region
    if service in _RUNTIME_SERVICES and suffix in _runtime_suffixes(region):
        return "runtime", region
    return None


def check_region(region: str | None) -> None:
    if region is not None and not _REGION.fullmatch(region):
        raise OpenAIError(
            "The Bedrock AWS `region` is invalid. Use a standard AWS region such as `us-east-1`."
        )


def check_canonical(base_url: httpx2.URL, endpoint: BedrockEndpoint, region: str | None) -> None:
    """AWS's own host names must fit what is asked of them: a signature is for one of them."""
    canonical = _parse_bedrock_endpoint_hostname(base_url.host)
    if canonical is None:
        return
    family, named = canonical
    if base_url.scheme != "https":
        raise OpenAIError("Canonical Amazon Bedrock endpoints require HTTPS.")
    if family != endpoint:
        raise OpenAIError(
            f"The Bedrock {family} hostname does not match the selected `{endpoint}` endpoint. "
            f"Set `endpoint='{family}'` to use this hostname."
        )
    if region is not None and named != region:
        raise OpenAIError(
            f"The Bedrock endpoint region `{named}` does not match the configured AWS region "
            f"`{region}`."
        )


def default_base_url(endpoint: BedrockEndpoint, region: str) -> httpx2.URL:
    if endpoint == "runtime":
        host = f"bedrock-runtime.{region}.{_runtime_suffixes(region)[0]}"
    else:
        host = f"bedrock-mantle.{region}.api.aws"
    return httpx2.URL(f"https://{host}/openai/v1")


def without_responses(base_url: str | httpx2.URL) -> httpx2.URL:
    """AWS's documents give the whole address of the responses API; ours begins above it."""
    url = httpx2.URL(str(base_url))
    path = re.sub(r"/responses(?:/.*)?$", "", url.path.rstrip("/"))
    return url.copy_with(path=path or "/")
