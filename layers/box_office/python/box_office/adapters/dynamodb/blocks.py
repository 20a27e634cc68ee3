"""The table of blocks: a row for each source and subject. `expires_at` only tidies up: `ends_at` ends a block."""

from typing import Any

from botocore.exceptions import ClientError

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import error_code, translated
from box_office.adapters.dynamodb.values import Item, TableRow, from_item, to_item
from box_office.domain.blocks import Block, Source, Subject
from box_office.names import BLOCK_EXPIRES_AT, BLOCKS_BY_END

KEPT_SECONDS = 86_400  # after its end a row is kept for a day
# Another command may have blocked the subject again meanwhile: that block is not ended.
STILL_THIS_BLOCK = "began_at = :began AND ends_at = :ends"


class DynamoDBBlocks:
    """ports.Blocks."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, block: Block) -> None:
        with translated("record a block"):
            self._client.put_item(TableName=self._table, Item=to_item(block_row(block)))

    def of_subject(self, subject: Subject) -> list[Block]:
        with translated("read the blocks"):
            found = [
                self._client.get_item(TableName=self._table, Key=key_of(source, subject), ConsistentRead=True)
                for source in Source
            ]
        return [block_from(from_item(answer["Item"])) for answer in found if "Item" in answer]

    def end(self, block: Block, now: int) -> bool:
        if not block.live(now):
            return False
        with translated("end a block"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=key_of(block.source, block.subject),
                    UpdateExpression="SET ends_at = :now",
                    ConditionExpression=STILL_THIS_BLOCK,
                    ExpressionAttributeValues=to_item({":now": now, ":began": block.began_at, ":ends": block.ends_at}),
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                return False
        return True

    def ending_after(self, source: Source, ended_since: int, most: int) -> list[Block]:
        query: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": BLOCKS_BY_END,
            "KeyConditionExpression": "#source = :source AND ends_at > :since",
            "ExpressionAttributeNames": {"#source": "source"},  # a word that DynamoDB reserves
            "ExpressionAttributeValues": to_item({":source": source, ":since": ended_since}),
            "ScanIndexForward": False,
            "ConsistentRead": True,
        }
        found: list[Block] = []
        with translated("read the blocks"):
            while len(found) < most:
                page = self._client.query(**query, Limit=most - len(found))
                found += [block_from(from_item(item)) for item in page["Items"]]
                if "LastEvaluatedKey" not in page:
                    break
                query["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        return found


def key_of(source: Source, subject: Subject) -> Item:
    return to_item({"source": source, "subject": subject.key})


def block_row(block: Block) -> TableRow:
    return {
        "source": block.source,
        "subject": block.subject.key,
        "began_at": block.began_at,
        "ends_at": block.ends_at,
        "why": block.why,
        "blocked_by": block.by,
        BLOCK_EXPIRES_AT: block.ends_at // 1000 + KEPT_SECONDS,
    }


def block_from(row: TableRow) -> Block:
    subject, source = Subject.from_key(row["subject"]), Source(row["source"])
    return Block(subject, source, row["began_at"], row["ends_at"], row["why"], row["blocked_by"])
