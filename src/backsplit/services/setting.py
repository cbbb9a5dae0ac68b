"""Making a file, and choosing its policy."""

from __future__ import annotations

from backsplit.domain.outcomes import PolicySet
from backsplit.domain.values import Policy
from backsplit.repository import Change, Repository
from backsplit.services.sweeping import sweep


def set_policy(repository: Repository, policy: Policy) -> PolicySet:
    """Choose who may pass whom (rule 5), and release what that now allows."""
    with repository.change("policy"):
        before = repository.policy
        if before is policy:
            return PolicySet(policy, changed=False)
        repository.policy = policy
        repository.history.record([Change("policy", reason=f"{before.value} → {policy.value}")])
        return PolicySet(policy, True, sweep(repository, repository.stock.waited_for()).numbers)
