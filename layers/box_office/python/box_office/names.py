"""The stable names by which stacks, functions and operators find each other.

Stacks share no exports: what one stack must know of another is a name from here,
or, where AWS generates the id, an SSM parameter under a name from here.
"""

from dataclasses import dataclass

VERSION = "0.9.0"  # of Box Office; CHANGELOG.md says what it brings


@dataclass(frozen=True)
class Names:
    """Physical names of one deployment, e.g. `Names("dev").table("seats")` -> `box-office-dev-Available_seat`."""

    stage: str

    @property
    def prefix(self) -> str:
        return f"box-office-{self.stage}"

    def table(self, role: str) -> str:
        """`role` is a key of TABLES: the word that code and stack.json use for a documented table."""
        return f"{self.prefix}-{TABLES[role]}"

    def catalogue_bucket(self, account: str, region: str) -> str:
        return f"{self.prefix}-catalogue-{account}-{region}"

    def queue(self, queue: str) -> str:
        """`queue` is `lane-0`, `lane-0-dlq`, `parked`, `refresh`, ... : see QUEUES."""
        return f"{self.prefix}-{queue}"

    def secret(self, what: str) -> str:
        """`payment`: api_key and webhook_secret; `tickets`: key."""
        return f"{self.prefix}/{what}"

    def topic(self, what: str) -> str:
        return f"{self.prefix}-{what}"

    def function(self, verb: str) -> str:
        """`verb` is the file name under functions/, e.g. `hold_seat`."""
        return f"{self.prefix}-{verb}"

    def stack(self, part: str) -> str:
        return f"{self.prefix}-{part}"

    def releases(self, part: str) -> str:
        """The SSM parameter whose history has a stack's releases: which versions its aliases pointed to."""
        return self.parameter(f"{part}-release")

    def parameter(self, what: str) -> str:
        """The SSM parameter that carries an id that AWS generates, e.g. `user-pool-arn`."""
        return f"/{self.prefix}/{what}"

    @property
    def schedule_group(self) -> str:
        """The event-end schedules; each has its event's id as its name."""
        return f"{self.prefix}-{EVENT_ENDS}"

    @property
    def schedule_role(self) -> str:
        """The role in which the scheduler sends to the queue of ended events; the loader gives it to each schedule."""
        return f"{self.prefix}-{EVENT_ENDS}-scheduler"

    @property
    def cache(self) -> str:
        return f"{self.prefix}-cache"

    @property
    def cache_user(self) -> str:
        """The cache's IAM user: its id and its name are the same, as IAM authentication demands."""
        return f"{self.prefix}-functions"

    @property
    def metrics(self) -> str:
        """The namespace of the functions' figures. Each stage has its own, so that it rings its own alarms."""
        return f"BoxOffice/{self.stage}"

    def alarm(self, what: str) -> str:
        return f"{self.prefix}-{what}"

    @property
    def alarm_topic(self) -> str:
        return f"{self.prefix}-alarms"

    @property
    def edge_alarm_topic(self) -> str:
        """Of the edge's stack, which lives in a region of its own; it may be the other stacks' region too."""
        return f"{self.prefix}-edge-alarms"

    @property
    def firewall(self) -> str:
        return f"{self.prefix}-edge"

    def blocked_addresses(self, version: int) -> str:
        """The IP set of the edge's firewall with blocked addresses of IPv4 or IPv6."""
        return f"{self.firewall}-blocked-ipv{version}"

    @property
    def sign_in_firewall(self) -> str:
        return f"{self.prefix}-sign-in"

    def origin_key(self, number: int) -> str:
        """The secret of a key that the distribution sends to the API."""
        return self.secret(f"origin-key-{number}")

    @property
    def origin_host(self) -> str:
        """The secret that carries the API's host name to the region of the edge."""
        return self.secret("origin-host")

    def page_bucket(self, account: str) -> str:
        return f"{self.prefix}-page-files-{account}"

    def access_log_bucket(self, account: str) -> str:
        return f"{self.prefix}-access-logs-{account}"


TABLES = {
    "movies": "Movie_tbl",
    "theaters": "Theater_tbl",
    "rooms": "Theater_room_tbl",
    "events": "Theater_Movie_relation",
    "seats": "Available_seat",
    "users": "user_info_tbl",
    "orders": "orders",
    "blocks": "blocks",
}

CODES_SINCE_KEY = "@codes-since/"  # of rows of user_info_tbl, before the user's id; '@' is in no user's id
DECLINES_KEY = "@declines/"  # as above

EVENTS_BY_PAIR = "by_pair_and_time"  # movie_theater_id, movie_time
EVENTS_BY_MOVIE = "by_movie_and_time"  # movie_id, movie_time
EVENTS_BY_THEATER = "by_theater_and_time"  # theater_id, movie_time
EVENTS_BY_ROOM = "by_room_and_time"  # room_id, movie_time: the loader's check that no room shows two films at once
ROOMS_BY_THEATER = "by_theater"  # theater_id, room_id
MOVIES_ON_DISPLAY = "on_display"  # on_display ("yes", else absent: sparse), title_key
ORDERS_BY_ID = "by_order_id"  # order_id, keys only
ORDERS_WITH_TICKETS = (
    "by_ticketed_event"  # ticketed_event (absent without tickets: sparse), changed_at; has the tickets
)
BLOCKS_BY_END = "by_end"  # local index: source, ends_at

SEAT_EXPIRES_AT = "expires_at"  # a seat row's time to live: seconds since the epoch, as DynamoDB reads it
BLOCK_EXPIRES_AT = "expires_at"  # the same of a block's row
EDGE_REGION = "us-east-1"  # the one that CloudFront's stack lives in
FILM_CARDS_PREFIX = "cards/film/"  # the page bucket's keys of what links to films show; the loader writes them
PAGE_ITSELF = "page"  # with it in its query a film's address is the page for every program, as a card's own link
CATALOGUE_SNAPSHOT_PREFIX = "snapshot/"  # the catalogue bucket's keys that functions may read

# Ids that the stack that owns them publishes under Names.parameter(), for the stacks that use them.
USER_POOL_ID = "user-pool-id"
USER_POOL_ARN = "user-pool-arn"
USER_POOL_CLIENT_ID = "user-pool-client-id"
STAFF_CLIENT_ID = "staff-client-id"
PAYMENT_SECRET_ARN = "payment-secret-arn"  # Secrets Manager adds six letters of its own
TICKETS_SECRET_ARN = "tickets-secret-arn"
CACHE_URL = "cache-url"
FUNCTION_SECURITY_GROUP = "function-security-group"
FUNCTION_SUBNETS = ("function-subnet-1", "function-subnet-2")
API_URL = "api-url"
EDGE_URL = "edge-url"  # in the region of the edge
ROLLED_BACK = "rolled-back"  # releases that `make rollback` took back; the command writes it, no stack does
DUE_SHARDS = 64  # of both indexes; rows carry their shard's number, so with fewer shards the reconciler misses rows
ORDERS_DUE = "by_due"  # due_shard, due_at, keys only; sparse: orders that the reconciler has to check
EVENTS_DUE = "by_due"  # due_shard, due_at, keys only; sparse: cancelled events that it has to sweep
ORDERS_BY_TIME = "by_time"  # local index: user_id, first_held_at, keys only; never changes while an order lives

REFRESH = "refresh"  # the queue of rows to copy into the cache
PARKED = "parked"  # the queue of messages that failed for good: a person decides about them
PAYMENT_COMPLETE = "payment-complete"  # the topic, and the queue behind it
RECEIPTS = "receipts"  # a second queue behind that topic, if receipts are sent
RECONCILE_FAILURES = "reconcile-failures"  # the queue of the reconciler's runs that crashed or never began
BLOCK_FAILURES = "block-failures"  # the same of the functions that carry blocks
PAYMENT_SECRET, TICKETS_SECRET = "payment", "tickets"
ORIGIN_KEY_HEADER = "x-api-key"  # API Gateway's: what the edge sends its key in
EVENT_ENDS = "event-ends"  # the queue that the event-end schedules send to


def lane(number: int) -> str:
    return f"lane-{number}"


def dead_letters(queue: str) -> str:
    return f"{queue}-dlq"
