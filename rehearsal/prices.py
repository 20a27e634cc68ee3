"""What an on-sale's hour costs: what a run used, times the prices of operations/prices.py."""

from collections.abc import Mapping

from operations import prices
from operations.on_sale import dollars_an_hour
from rehearsal.simulation import Simulation

MILLION: Mapping[str, float] = {  # dollars
    "API Gateway requests": prices.API_REQUESTS,
    "CloudFront and WAF requests": prices.EDGE_REQUESTS + prices.INSPECTED_REQUESTS,
    "CloudFront's shield": prices.SHIELDED_REQUESTS,
    "Lambda requests": prices.LAMBDA_REQUESTS,
    "DynamoDB write units": prices.WRITE_UNITS,
    "DynamoDB read units": prices.READ_UNITS,
    "ElastiCache ECPU": prices.CACHE_ECPU,
    "SQS requests": prices.SQS_REQUESTS,
    "SNS messages": prices.SNS_PUBLISHED,
}
SQS_A_SALE = 3 + 3 + 1  # send, receive and delete of the lane's message and of the booking's; the queue's length
PROVISIONED_HOURS = 2  # ready an hour ahead


def used(run: Simulation) -> dict[str, float]:
    seen, counts = run.seen, run.counts
    holds = seen.total("held")
    requests = {"hold_seat": seen.total("holds"), "seat_map": seen.total("looks"), "get_booking": seen.total("polls")}
    requests |= {"submit_payment": seen.total("paid"), "payment_webhook": seen.total("callbacks")}
    paid, tickets = seen.total("paid"), seen.total("tickets")
    writes = holds * counts.hold.write_units + paid * (counts.submit.write_units + counts.work.write_units)
    return {
        "API Gateway requests": seen.total("api"),
        "CloudFront and WAF requests": seen.total("edge"),
        "CloudFront's shield": seen.total("looks") if run.deployed.edge_caches == 1 else 0.0,
        "Lambda requests": sum(requests.values()) + paid + tickets,
        "DynamoDB write units": writes + tickets * counts.book.write_units,
        "DynamoDB read units": requests["get_booking"] * counts.booking.read_units + tickets * counts.book.read_units,
        "ElastiCache ECPU": seen.total("ecpu"),
        "SQS requests": paid * SQS_A_SALE,
        "SNS messages": tickets,
        "Lambda GB-seconds": gigabyte_seconds(run, requests, paid, tickets),
    }


def gigabyte_seconds(run: Simulation, requests: Mapping[str, float], paid: float, tickets: float) -> float:
    memory = {name: megabytes / 1024 for name, megabytes in run.deployed.memory_mb.items()}
    answering = sum(count * run.times[verb].mean_s * memory[verb] for verb, count in requests.items())
    working = paid * run.lanes.worker_seconds * memory["work_on_lane-0"]
    return answering + working + tickets * run.times["book_order"].mean_s * memory["book_order"]


def dollars(run: Simulation) -> dict[str, float]:
    """By what is paid for."""
    spent = {name: amount * MILLION[name] / 1e6 for name, amount in used(run).items() if name in MILLION}
    warm, minimum = dollars_an_hour(run.numbers.warm, run.deployed.memory_mb["hold_seat"], int(run.numbers.ecpu))
    return {
        **spent,
        "Lambda's time": used(run)["Lambda GB-seconds"] * prices.LAMBDA_GB_SECOND,
        "kept warm, two hours": PROVISIONED_HOURS * (warm + minimum),
    }
