"""The cache's keys of one user or one address. Each subject's keys are of one slot."""

import zlib

from box_office.domain.blocks import Kind, Subject


def user_key(what: str, user_id: str, shards: int) -> str:
    # The key's slot is that of the user's shard: one script can count over all users of a shard.
    return f"{{us:{shard_of(user_id, shards)}}}:{what}:{user_id}"


def shard_of(user_id: str, shards: int) -> int:
    return zlib.crc32(user_id.encode()) % shards


def address_key(what: str, address: str) -> str:
    return f"{{ad:{address}}}:{what}"


def block_key(subject: Subject, shards: int) -> str:
    if subject.kind is Kind.USER:
        return user_key("blocked", subject.value, shards)
    return address_key("blocked", subject.value)
