"""Identities of workloads: what stands in for an API key where a platform vouches for a program."""

from __future__ import annotations

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
from ._workload import WorkloadIdentityAuth as WorkloadIdentityAuth

__all__ = [
    "SubjectTokenProvider",
    "SubjectTokenWorkloadIdentity",
    "WorkloadIdentity",
    "WorkloadIdentityAuth",
    "X509WorkloadIdentity",
    "azure_managed_identity_token_provider",
    "gcp_id_token_provider",
    "k8s_service_account_token_provider",
    "x509_workload_identity",
]
