"""People who look at campaigns, make some, and read mail; after 5.2 of the strategy.

    locust -f tests/performance/locustfile.py --headless --users 50 --spawn-rate 5 --run-time 5m

Each user waits for an answer, thinks, and asks again (a closed model): users are patient, so a server that becomes slow
gets fewer requests. With RATE, requests a minute, they arrive by schedule instead, whatever the answers do, and their
latency counts from when they were meant to begin. README.md beside this file tells the variables.
"""

import base64
import heapq
import json
import os
import random
import re
import string
import sys
import time

import gevent
from gevent.lock import Semaphore
from gevent.pool import Pool
from locust import FastHttpUser, between, constant, events, task
from locust.exception import StopUser

API_URL = os.environ.get("API_URL", "http://localhost:8080").rstrip("/")
EMAIL = os.environ.get("MAILBLAST_TARGET_EMAIL", "")
PASSWORD = os.environ.get("MAILBLAST_TARGET_PASSWORD", "")
TOKEN = os.environ.get("TOKEN", "")

# What is asked, and how often of each 14 requests.
WEIGHTS = {
    "campaign-list": 3,
    "analytics-overview": 2,
    "campaign-create": 1,
    "track-open": 5,
    "track-click": 3,
}

# p50, p95, p99 and the slowest in milliseconds, and the share of errors, each of which must be below (strategy 2.1).
TARGETS = {
    "campaign-list": (30, 100, 200, 400, 0.001),
    "analytics-overview": (50, 150, 300, 500, 0.001),
    "campaign-create": (50, 150, 300, 500, 0.001),
    "track-open": (10, 50, 100, 200, 0.0001),
    "track-click": (15, 50, 100, 200, 0.0001),
}

# How requests are called in Locust's statistics: by route, not by address.
NAMES = {
    "campaign-list": "/campaigns",
    "analytics-overview": "/analytics/overview",
    "campaign-create": "/campaigns",
    "track-open": "/track/open/[id]",
    "track-click": "/track/click/[id]",
}

PROGRAMS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:139.0) Gecko/20100101 Thunderbird/139.0",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.18730; Pro)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
)

# An arrival that begins later than this was not Locust's to measure.
LATE_S = 0.1
MOST_LATE = 0.01
MOST_UNDER_WAY = 2_000


def seconds(text):
    """Of '90', '90s', '5m', '1h30m'."""
    found = re.fullmatch(r"(?:([\d.]+)h)?(?:([\d.]+)m)?(?:([\d.]+)s?)?", text)
    parts = [float(part or 0) for part in found.groups()] if found else [0]
    total = sum(part * unit for part, unit in zip(parts, (3600, 60, 1)))
    if total <= 0:
        raise SystemExit(f"'{text}' is no duration; write 90s, 5m or 1h30m")
    return total


def number(name, normally):
    try:
        value = float(os.environ.get(name, normally))
    except ValueError:
        value = 0
    if value <= 0:
        raise SystemExit(f"{name}={os.environ[name]} is no number above 0")
    return value


def think():
    return 0 if re.fullmatch(r"0*\.?0*s?", THINK) else seconds(THINK)


SCALE = number("SCALE", 1)
DURATION = seconds(os.environ.get("DURATION", "5m")) * SCALE
THINK = os.environ.get("THINK", "")

# In place of the weights above: { "track-open": 5, ... }
if "MIX" in os.environ:
    WEIGHTS = dict.fromkeys(WEIGHTS, 0) | json.loads(os.environ["MIX"])

# { "track-open": [[seconds, from, to], ...], ... }: requests a minute, straight lines one after the other.
ARRIVALS = json.loads(os.environ.get("ARRIVALS", "{}"))
if not ARRIVALS and "RATE" in os.environ:
    share = number("RATE", 0) / sum(WEIGHTS.values())
    ARRIVALS = {kind: [[DURATION, share * weight, share * weight]] for kind, weight in WEIGHTS.items()}
BEGIN_AT = float(os.environ.get("BEGIN_AT", "0")) / 1000

# Fields of campaigns in place of those below; the name goes on with a number.
CAMPAIGN = json.loads(os.environ.get("CAMPAIGN", "{}"))

# Links of mails that were really sent, {"opens": [...], "clicks": [...]}: without them nothing is counted, and a click
# is answered with a page that asks in place of a redirect.
LINKS = {"opens": [], "clicks": []}
if os.environ.get("LINKS"):
    with open(os.environ["LINKS"], encoding="utf-8") as links:
        LINKS = json.load(links)

# A line of JSON for each request goes to this file, - is standard output: `./mailblast validate --engine locust`.
SAMPLES = os.environ.get("SAMPLES", "")
samples = sys.stdout if SAMPLES == "-" else open(SAMPLES, "w", encoding="utf-8") if SAMPLES else None

if not TOKEN and not (EMAIL and PASSWORD):
    raise SystemExit("Set MAILBLAST_TARGET_EMAIL and MAILBLAST_TARGET_PASSWORD, or TOKEN for a run that is shorter than its life")

arrived = {"on": True, "begun": 0, "late": 0, "dropped": 0}
made = iter(range(1, sys.maxsize))
run_mark = "".join(random.choices(string.ascii_lowercase, k=6))


def sample(endpoint, begun, ms, outcome, campaign=None):
    if samples is None:
        return
    line = {"endpoint": endpoint, "begun": round(begun, 6), "ms": round(ms, 3), "outcome": outcome}
    if campaign is not None:
        line["campaign"] = campaign
    try:
        print(json.dumps(line, separators=(",", ":")), file=samples, flush=True)
    except BrokenPipeError:
        # Whoever reads them is gone: nobody needs this run any more.
        os._exit(1)


class Person(FastHttpUser):
    """Somebody who is signed in, and how each request is made and judged."""

    abstract = True
    host = API_URL
    concurrency = 500
    insecure = False
    connection_timeout = 30
    network_timeout = 30

    def on_start(self):
        # Where a click leads is somebody else's server.
        self.client.client.redirect_response_codes = frozenset()
        self.session = None
        self.renewing = Semaphore()
        self.authorization()

    def authorization(self):
        """The header; tokens are exchanged before they end. A refresh token works once, so one greenlet does it."""
        if not (EMAIL and PASSWORD):
            return {"Authorization": f"Bearer {TOKEN}"}
        with self.renewing:
            if self.session is None:
                self.renew("/auth/login", {"email": EMAIL, "password": PASSWORD})
            elif time.monotonic() >= self.session["renew_at"]:
                # Whose refresh token is refused signs in, as people do.
                if not self.renew("/auth/refresh", {"refresh_token": self.session["refresh_token"]}):
                    self.renew("/auth/login", {"email": EMAIL, "password": PASSWORD})
            # Without a session the request is refused, and that is the error that counts.
            return {"Authorization": f"Bearer {self.session['token'] if self.session else 'none'}"}

    def renew(self, path, body):
        with self.client.post(path, json=body, catch_response=True) as response:
            if response.status_code != 200:
                # Never with what was sent or answered: it would be a secret.
                response.failure(f"answered {response.status_code}")
                return False
            data = response.json()["data"]
            self.session = {
                "token": data["token"],
                "refresh_token": data["refresh_token"],
                # A quarter of its life is left for a server that is slow to answer.
                "renew_at": time.monotonic() + data["expires_in"] * 0.75,
            }
            return True

    def ask(self, endpoint, intended=None):
        """Makes one request, and judges its answer."""
        method, path, expected, options = getattr(self, endpoint.replace("-", "_"))()
        begun = time.time()
        campaign = None
        with self.client.request(method, path, name=NAMES[endpoint], catch_response=True, **options) as response:
            ended = time.time()
            outcome = judge(response, expected)
            if outcome == "good" and endpoint == "campaign-create":
                campaign = response.json().get("data", {}).get("id")
                outcome = "good" if campaign else "wrong answer"
            if outcome == "good":
                response.success()
            else:
                response.failure(f"{outcome}: {response.status_code}")
        since = begun if intended is None else intended
        sample(endpoint, since, (ended - since) * 1000, outcome, campaign)

    def campaign_list(self):
        return "GET", "/campaigns", 200, {"headers": self.authorization()}

    def analytics_overview(self):
        return "GET", "/analytics/overview", 200, {"headers": self.authorization()}

    def campaign_create(self):
        fields = {
            "subject": "Load Test Subject",
            "from_name": "Test Sender",
            "from_email": "test@example.com",
            "content": "<p>Test content</p>",
        } | CAMPAIGN
        fields["name"] = f"{CAMPAIGN.get('name', 'Load Test Campaign ')}{run_mark}-{next(made)}"
        return "POST", "/campaigns", 201, {"headers": self.authorization(), "json": fields}

    def track_open(self):
        path = random.choice(LINKS["opens"]) if LINKS["opens"] else f"/track/open/{identifier()}"
        return "GET", path, 200, {"headers": {"User-Agent": random.choice(PROGRAMS)}}

    def track_click(self):
        headers = {"headers": {"User-Agent": random.choice(PROGRAMS)}}
        if LINKS["clicks"]:
            return "GET", random.choice(LINKS["clicks"]), 302, headers
        url = base64.urlsafe_b64encode(b"https://example.com/test").decode()
        return "GET", f"/track/click/{identifier()}?url={url}", 200, headers


def identifier():
    return "".join(random.choices(string.ascii_letters + string.digits, k=22))


def judge(response, expected):
    if response.status_code == 0:
        late = "timed out" in str(response.error).lower() or "timeout" in type(response.error).__name__.lower()
        return "time-out" if late else "connection lost"
    if response.status_code == expected:
        return "good"
    if response.status_code == 429 or (response.status_code == 503 and response.headers.get("Retry-After")):
        return "shed"
    return "5xx" if response.status_code >= 500 else "unexpected status"


if ARRIVALS:

    class Arrivals(Person):
        """Begins each request when it is meant to begin, whatever became of those before it."""

        fixed_count = 1
        wait_time = constant(0)

        @task
        def all_of_them(self):
            begin = max(BEGIN_AT, time.time())
            under_way = Pool(MOST_UNDER_WAY)
            for at, endpoint in schedule():
                while arrived["on"] and (left := begin + at - time.time()) > 0:
                    gevent.sleep(min(left, 0.1))
                if not arrived["on"]:
                    break
                if under_way.full():
                    arrived["dropped"] += 1
                    sample(endpoint, begin + at, 0, "never sent")
                else:
                    under_way.spawn(self.arrive, endpoint, begin + at)
            # The last ones are answered, or time out.
            under_way.join(timeout=self.network_timeout + 5)
            gevent.spawn(self.environment.runner.quit)
            raise StopUser()

        def arrive(self, endpoint, intended):
            arrived["begun"] += 1
            arrived["late"] += time.time() - intended > LATE_S
            self.ask(endpoint, intended)

    @events.test_stopping.add_listener
    def begin_no_more(**_):
        arrived["on"] = False

    def schedule():
        """Moments in seconds since the begin, in equal distances where the rate is equal, with what is asked then."""
        return heapq.merge(*(moments(kind, lines) for kind, lines in ARRIVALS.items()))

    def moments(kind, lines):
        start, count = 0.0, 0.5
        for length, before, after in lines:
            before, after = before / 60, after / 60
            slope = (after - before) / length
            whole = (before + after) / 2 * length
            while count < whole:
                # Solves before * t + slope * t² / 2 = count for t.
                yield start + 2 * count / (before + max(0, before * before + 2 * slope * count) ** 0.5), kind
                count += 1
            count -= whole
            start += length

else:

    class MailBlastUser(Person):
        wait_time = constant(think()) if THINK else between(1, 3)

        def on_start(self):
            super().on_start()
            gevent.sleep(max(0, BEGIN_AT - time.time()))

        @task
        def something(self):
            self.ask(random.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))[0])

    @events.test_start.add_listener
    def end_in_time(environment, **_):
        if "DURATION" in os.environ:
            gevent.spawn_later(max(0, BEGIN_AT - time.time()) + DURATION, environment.runner.quit)


@events.quitting.add_listener
def verdict(environment, **_):
    """Thresholds: what is not as it must be is said, and Locust ends with 1."""
    if SAMPLES:
        environment.process_exit_code = 0
        return
    misses = []
    for endpoint, (*latencies, errors) in TARGETS.items():
        method = "POST" if endpoint == "campaign-create" else "GET"
        seen = environment.stats.get(NAMES[endpoint], method)
        if seen.num_requests == 0:
            continue
        if seen.fail_ratio >= errors:
            misses.append(f"{method} {seen.name}: {seen.fail_ratio:.3%} errors, below {errors:.2%} is the target")
        if os.environ.get("LATENCY") == "report":
            continue
        percentiles = [seen.get_response_time_percentile(p) for p in (0.5, 0.95, 0.99)] + [seen.max_response_time]
        for what, actual, most in zip(("p50", "p95", "p99", "slowest"), percentiles, latencies):
            if actual >= most:
                misses.append(f"{method} {seen.name}: {what} {actual:.0f} ms, below {most} ms is the target")
    for path in ("/auth/login", "/auth/refresh"):
        if environment.stats.get(path, "POST").num_failures:
            misses.append(f"POST {path}: {environment.stats.get(path, 'POST').num_failures} were refused")
    if arrived["dropped"]:
        misses.append(f"{arrived['dropped']} requests were never sent, {MOST_UNDER_WAY} were under way")
    if arrived["late"] > arrived["begun"] * MOST_LATE and os.environ.get("LATENCY") != "report":
        misses.append(f"{arrived['late']} of {arrived['begun']} requests began more than {LATE_S * 1000:.0f} ms late")
    if environment.stats.total.num_requests == 0:
        misses.append("nothing was asked")
    for miss in misses:
        print(f"MISSED  {miss}", file=sys.stderr)
    environment.process_exit_code = 1 if misses else 0
