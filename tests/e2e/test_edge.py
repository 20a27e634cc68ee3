"""The one origin: page and API behind the edge, and the API closed to everybody else."""

import httpx

from tests.e2e.deployed import make

FORGED = "203.0.113.77"
LIST = "/GetListOfMovie/api/v0/"


def test_the_api_refuses_what_comes_past_the_edge(stack, visitors):
    (ada,) = visitors(1)
    for path in (LIST, "/GetMe/api/v0/", "/PaymentWebhook/api/v0/"):
        for key in ({}, {"x-api-key": "another"}):
            headers = {"AuthorizationToken": ada.token, **key}
            method = "POST" if path.startswith("/PaymentWebhook") else "GET"
            refused = httpx.request(method, stack.facts["api_url"] + path, headers=headers, trust_env=False)
            assert (refused.status_code, refused.headers["Status"]) == (403, "FORBIDDEN"), path
            assert refused.headers["Content-Type"] == "application/problem+json"
            assert refused.json()["code"] == "forbidden"
    assert ada.get("/GetMe/api/v0/").status == 200
    with_key = stack.origin.request("GET", LIST)
    assert with_key.status_code == 200


def test_a_forged_address_of_the_viewer_counts_for_nothing(stack, showing, visitors):
    (ada,) = visitors(1)
    forged = {"CloudFront-Viewer-Address": f"{FORGED}:4711", "X-Forwarded-For": FORGED}
    assert ada.map(showing, **forged).status == 200
    counted = [key.decode() for key in stack.cache.client.scan_iter("*")]
    assert any("127.0.0.1" in key for key in counted), counted
    assert not any(FORGED in key for key in counted), counted


def test_the_page_is_told_how_to_sign_in_and_pay(stack):
    web = stack.facts["web_url"]
    config = httpx.get(web + "/config.json", trust_env=False)
    assert config.status_code == 200 and config.headers["Content-Type"] == "application/json"
    told = config.json()
    assert told["stripe_script"] == stack.facts["payment_sandbox_url"] + "/v3/"
    people = {one["name"]: one for one in told["demo_accounts"]}
    assert {"ada", "desk1", "manager", "gate"} <= set(people)
    cognito = stack.client("cognito-idp")
    signed_in = cognito.admin_initiate_auth(
        UserPoolId=told["user_pool_id"],
        ClientId=told["client_id"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": people["ada"]["email"], "PASSWORD": people["ada"]["password"]},
    )
    assert signed_in["AuthenticationResult"]["IdToken"]
    policy = httpx.get(web + "/", trust_env=False).headers["Content-Security-Policy"]
    assert {told["cognito_endpoint"], stack.facts["payment_sandbox_url"]} <= set(policy.replace(";", "").split())


def test_the_page_is_at_the_same_address(stack):
    page = httpx.get(stack.facts["web_url"] + "/", trust_env=False)
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    place = httpx.get(stack.facts["web_url"] + "/bookings/or_1", trust_env=False)
    assert place.text == page.text


def test_a_second_deployment_of_the_same_changes_nothing_of_the_edge(stack, passer_by):
    before = stack.pids["edge"]
    make(stack.checkout, "redeploy")
    assert stack.pids["edge"] == before
    assert passer_by.get(LIST).status == 200
