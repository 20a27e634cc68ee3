"""No one is answered with what is another person's, whatever the origin says of its answers."""

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.edge_process import UNAVAILABLE, Asked, EdgeProcess, Origin, Reply, started
from tests.infra.local_edge.conftest import STAGE
from tests.infra.template_rules import resources
from tests.infra.test_edge import routes

# What a route may answer, or the gateway, or CloudFront for it.
STATUSES = (200, 201, 202, 204, 301, 304, 400, 401, 403, 404, 405, 409, 410, 412, 413, 414, 415, 416, 422, 429)
STATUSES += (500, 501, 502, 503, 504)
REPLACED = (502, 504)
# CloudFront keeps these for ten seconds, unless the origin forbids it; a distribution has no say about them.
OUT_OF_ITS_HANDS = (410, 412, 415)
OF_THE_API = {"Cache-Control": "private, no-store", "ETag": '"one"'}
KEEP_ME = {"Cache-Control": "public, max-age=600, s-maxage=600, stale-if-error=600", "ETag": '"one"'}


def changed(template: dict, change: object) -> dict:
    """A copy of the template, its distribution's config changed."""
    copied = copy.deepcopy(template)
    (distribution,) = resources(copied, "AWS::CloudFront::Distribution").values()
    change(distribution["Properties"]["DistributionConfig"])
    return copied


def private_paths(all_templates: dict) -> list[str]:
    """Each route that asks for a token, and the webhook: with a slash at its end, and without."""
    found = [path for path, signed_in in routes(all_templates[STAGE]).items() if signed_in or "Webhook" in path]
    assert len(found) > 10
    fixed = ("", "api", "v0")
    filled = ["/".join(one if one in fixed or one[0].isupper() else "x" for one in path.split("/")) for path in found]
    return [form for path in filled for form in (path.rstrip("/"), path.rstrip("/") + "/")]


def who_is_asking(asked: Asked) -> bytes:
    return asked.headers.get("authorizationtoken", asked.headers.get("stripe-signature", "no one")).encode()


def leaks(
    edge: EdgeProcess, origin: Origin, paths: list[str], statuses: tuple[int, ...], headers: dict[str, str] = KEEP_ME
) -> list[str]:
    """Where bob is answered with what was ada's, or without the origin having been asked for him."""
    found = []
    for status in statuses:
        origin.script = lambda asked, status=status: Reply(status, headers, who_is_asking(asked))
        for path in paths:
            method = "POST" if "Webhook" in path else "GET"
            for person in ("ada", "bob"):
                before = len(origin.asked)
                token = {"AuthorizationToken": person, "Stripe-Signature": person}
                answer = edge.http.request(method, path, headers=token)
                seen_by_origin = len(origin.asked) - before
                expected = {204: b"", 304: b"", **dict.fromkeys(REPLACED, UNAVAILABLE)}.get(status, person.encode())
                if answer.content != expected or seen_by_origin != 1:
                    found.append(f"{path} {status}: {person} got {answer.content!r} in {seen_by_origin} requests")
    return found


def test_no_answer_and_no_error_of_a_private_route_is_ever_another_person_s(
    edge: EdgeProcess, origin: Origin, all_templates: dict
) -> None:
    assert leaks(edge, origin, private_paths(all_templates), STATUSES, OF_THE_API) == []


def test_the_template_alone_prevents_it_also_when_the_origin_asks_for_its_answers_to_be_kept(
    edge: EdgeProcess, origin: Origin, all_templates: dict
) -> None:
    statuses = tuple(one for one in STATUSES if one not in OUT_OF_ITS_HANDS)
    assert leaks(edge, origin, private_paths(all_templates)[::2], statuses, KEEP_ME) == []


def test_control_a_template_without_its_rules_shows_one_person_s_answers_to_another(
    tmp_path: Path, template: dict, origin: Origin
) -> None:
    def without_rules(config: dict) -> None:
        config["CustomErrorResponses"] = [one for one in config["CustomErrorResponses"] if one["ErrorCode"] != 500]
        (shared,) = (one for one in config["CacheBehaviors"] if one["PathPattern"] == "/GetMovieDetail/*")
        (private,) = (one for one in config["CacheBehaviors"] if one["PathPattern"] == "/*/api/v0/*")
        private["CachePolicyId"] = shared["CachePolicyId"]

    edge = started(tmp_path, changed(template, without_rules), origin)
    try:
        assert leaks(edge, origin, ["/GetBooking/api/v0/x"], (200,)), "the test above would not see a shared answer"
        assert leaks(edge, origin, ["/GetBooking/api/v0/y"], (500,)), "the test above would not see a shared error"
    finally:
        edge.end()


def test_a_person_s_requests_at_the_same_time_as_another_s_are_never_put_together(
    edge: EdgeProcess, origin: Origin
) -> None:
    both = threading.Barrier(2, timeout=60)

    def together(asked: Asked) -> Reply:
        both.wait()  # the origin answers when both have reached it: one request alone would break the barrier
        return Reply(200, KEEP_ME, who_is_asking(asked))

    origin.script = together
    with ThreadPoolExecutor(2) as pool:
        asking = [
            pool.submit(edge.http.get, "/GetMyBookings/api/v0/", headers={"AuthorizationToken": one})
            for one in ("ada", "bob")
        ]
        assert [one.result().text for one in asking] == ["ada", "bob"]
