"""Choosing the policy of a file."""

from __future__ import annotations

from backsplit.domain.history import Happened
from backsplit.domain.outcomes.the_file import PolicySet
from backsplit.domain.values import Policy
from backsplit.repository import Entry, Repository
from backsplit.services.sweeping import sweep


def set_policy(repository: Repository, policy: Policy, *, dry_run: bool = False) -> PolicySet:
    """Choose who may pass whom (rule 5), and release what that now allows."""
    with repository.change("policy", dry_run=dry_run):
        before = repository.policy_word
        if before == policy.value:
            return PolicySet(policy, changed=False, dry_run=dry_run)
        repository.policy = policy
        repository.history.keep_before(policy=before, again=["policy", policy.value])
        repository.history.record([Entry(Happened.POLICY, reason=f"{before} → {policy.value}")])
        released = sweep(repository, repository.stock.waited_for()).numbers
        return PolicySet(policy, changed=True, released=released, dry_run=dry_run)
