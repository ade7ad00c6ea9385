#!/usr/bin/env bash
# Opens and clicks at a constant rate with Vegeta; after 5.3 of the strategy, where 3.2 says 5,000 a minute, not a second.
#
#   API_URL=http://localhost:8080 RATE=5000 DURATION=60s tests/performance/vegeta-tracking.sh
#
# README.md beside this file tells the variables. Ends with 1 when a threshold is missed.
set -euo pipefail
export LC_ALL=C

API_URL="${API_URL:-http://localhost:8080}"
API_URL="${API_URL%/}"
RATE="${RATE:-5000}"         # requests a minute
DURATION="${DURATION:-60s}"
SCALE="${SCALE:-1}"          # shortens DURATION
LINKS="${LINKS:-}"           # of mails that were really sent
LATENCY="${LATENCY:-assert}" # report: latencies are shown and not judged
SAMPLES="${SAMPLES:-}"       # -: every answer as CSV on standard output in place of a report
PLOT="${PLOT:-vegeta-tracking.html}"
# For `./mailblast validate --engine vegeta`: 'hundredths of a request a minute:milliseconds ...' one after the other, in
# place of RATE and DURATION; how many opens, clicks and malformed ones are of each of them; and when to begin.
STEPS="${STEPS:-}"
MIX="${MIX:-open=60 click=40 malformed=1}"
BEGIN_AT="${BEGIN_AT:-0}"

die() {
    printf '%s\n' "$*" >&2
    exit 2
}

command -v vegeta > /dev/null \
    || die 'There is no vegeta here. Install it: go install github.com/tsenart/vegeta/v12@latest'
case "$API_URL" in http://* | https://*) ;; *) die "API_URL=$API_URL is no address; write http://HOST:PORT" ;; esac
[[ $RATE =~ ^[1-9][0-9]*$ ]] || die "RATE=$RATE is no whole number above 0 (requests a minute)"
[[ $SCALE =~ ^[0-9]*\.?[0-9]+$ ]] || die "SCALE=$SCALE is no number above 0"
[ -z "$LINKS" ] || [ -r "$LINKS" ] || die "LINKS=$LINKS cannot be read"

# Milliseconds of 90, 90s, 5m, 1h30m.
milliseconds() {
    [[ $1 =~ ^(([0-9.]+)h)?(([0-9.]+)m)?(([0-9.]+)s?)?$ ]] || die "'$1' is no duration; write 90s, 5m or 1h30m"
    awk -v h="${BASH_REMATCH[2]:-0}" -v m="${BASH_REMATCH[4]:-0}" -v s="${BASH_REMATCH[6]:-0}" -v x="$SCALE" \
        'BEGIN { printf "%.0f\n", (h * 3600 + m * 60 + s) * 1000 * x }'
}

if [ -z "$STEPS" ]; then
    length=$(milliseconds "$DURATION")
    [ "$length" -gt 0 ] || die "DURATION=$DURATION, SCALE=$SCALE: that is no time"
    STEPS="$((RATE * 100)):$length"
fi

work=$(mktemp -d)
attack=
# Nothing of it outlives this script, however it ends.
trap 'trap - TERM INT; [ -z "$attack" ] || kill -INT "$attack" 2> /dev/null; wait; rm -rf "$work"' EXIT
trap 'stopped=yes; [ -z "$attack" ] || kill -INT "$attack" 2> /dev/null' TERM INT
stopped=no

# What is asked: opens, clicks and malformed requests in turn, as often as MIX says, by programs in turn. Identifiers and
# links are those of LINKS; else well-formed ones that are nobody's, which are answered the same and not counted, but that
# a click that nobody signed asks before it leads away.
targets() {
    {
        if [ -n "$LINKS" ]; then
            grep -oE '"/track/(open|click)/[^"]+"' "$LINKS" | tr -d '"'
        fi
        printf '%s\n' MALFORMED /track/open/..%2F..%2Fetc%2Fpasswd /track/open/%3Cscript%3E /track/open/a.b \
            '/track/click/abc?url=javascript:alert(1)'
    } | awk -v api="$API_URL" -v mix="$MIX" -v seed="$RANDOM" '
        BEGIN {
            srand(seed)
            split("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148" \
                "|Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36" \
                "|Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:139.0) Gecko/20100101 Thunderbird/139.0" \
                "|Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.18730; Pro)", programs, "|")
            letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        }
        function identifier(   made) {
            made = ""
            while (length(made) < 22) made = made substr(letters, 1 + int(rand() * 64), 1)
            return made
        }
        function path(kind) {
            if (kind == "malformed") return bad[int(rand() * bads)]
            if (kind == "open") return opens ? open[int(rand() * opens)] : "/track/open/" identifier()
            return clicks ? click[int(rand() * clicks)] : "/track/click/" identifier() "?url=aHR0cHM6Ly9leGFtcGxlLmNvbQ=="
        }
        /^MALFORMED$/ { malformed = 1; next }
        malformed { bad[bads++] = $0; next }
        /^\/track\/open\// { open[opens++] = $0; next }
        { click[clicks++] = $0 }
        END {
            kinds = split(mix, parts, " ")
            for (i = 1; i <= kinds; i++) {
                split(parts[i], pair, "=")
                name[i] = pair[1]
                share[i] = pair[2]
                whole += pair[2]
            }
            # As evenly as shares allow: next is whoever is furthest behind what it should have by then.
            for (n = 1; n <= 5000; n++) {
                best = 0
                for (i = 1; i <= kinds; i++) {
                    behind[i] = n * share[i] / whole - asked[i]
                    if (share[i] > 0 && (!best || behind[i] > behind[best])) best = i
                }
                asked[best]++
                printf "GET %s%s\nUser-Agent: %s\n\n", api, path(name[best]), programs[1 + n % 4]
            }
        }'
}

# Redirects are not followed: where a click leads is somebody else's server. Each step is a stream of results of its own.
attack() {
    local step rate length n=0
    for step in $STEPS; do
        [ "$stopped" = no ] || return 0
        n=$((n + 1))
        rate=${step%%:*}
        length=${step##*:}
        if [ "$rate" -eq 0 ]; then
            sleep "$(awk -v ms="$length" 'BEGIN { print ms / 1000 }')" &
        elif [ "$SAMPLES" = - ]; then
            vegeta attack -targets="$work/targets" -rate="$rate/100m" -duration="${length}ms" -redirects=-1 -timeout=30s \
                -max-body=0 > >(vegeta encode --to csv) &
        else
            vegeta attack -targets="$work/targets" -rate="$rate/100m" -duration="${length}ms" -redirects=-1 -timeout=30s \
                -max-body=0 > "$work/results.$n" &
        fi
        attack=$!
        # A signal ends the wait, not yet the attack, which waits for its last answers.
        while kill -0 "$attack" 2> /dev/null; do wait "$attack" || true; done
        attack=
    done
}

targets > "$work/targets"
while left=$(awk -v at="$BEGIN_AT" -v now="$(date +%s%3N)" 'BEGIN { print (at > now ? (at - now) / 1000 : 0) }') \
    && [ "$left" != 0 ] && [ "$stopped" = no ]; do
    sleep "$left"
done

if [ "$SAMPLES" = - ]; then
    attack
    exit 0
fi

printf 'Opens and clicks at %s, %s requests a minute for %s\n' "$API_URL" "$RATE" "$DURATION"
attack
vegeta report "$work"/results.*
vegeta plot "$work"/results.* > "$PLOT"
printf 'Plot: %s\n\n' "$PLOT"

# Thresholds of 2.1: percentiles of each kind of request, and the share of errors. What is malformed must be refused.
if [ -n "$LINKS" ]; then clicked=302; else clicked=200; fi
vegeta encode --to csv "$work"/results.* | awk -F, -v clicked="$clicked" '
    {
        # In all of the line: the words of an error may hold commas.
        kind = /\/track\/open\/(\.\.|%3C|a\.b)|javascript/ ? "malformed" : /\/track\/open\// ? "open" : "click"
        good = kind == "malformed" ? $2 == 400 || $2 == 404 : kind == "open" ? $2 == 200 : $2 == clicked
        print kind, $3 / 1e6, good
    }' | sort -k1,1 -k2,2n | awk -v judged="$LATENCY" -v meant="$STEPS" '
    function most(at) { return kind == "click" && at == 50 ? 15 : at == 50 ? 10 : at == 95 ? 50 : at == 99 ? 100 : 200 }
    function judge(   i, at, is, n) {
        n = split("50 95 99 100", percentiles, " ")
        for (i = 1; kind != "malformed" && i <= n; i++) {
            at = percentiles[i]
            is = ms[int((count * at + 99) / 100)]
            printf "%-9s %-8s %8.2f ms  below %d ms%s\n", kind, at == 100 ? "slowest" : "p" at, is, most(at), \
                (is < most(at) ? "" : judged == "report" ? "  (missed, and not judged here)" : "  MISSED")
            missed += (judged != "report" && is >= most(at))
        }
        printf "%-9s %-8s %d of %d%s\n", kind, "errors", bad, count, (bad * 10000 < count ? "" : "  MISSED")
        missed += (bad * 10000 >= count)
    }
    $1 != kind { if (count) judge(); kind = $1; count = 0; bad = 0 }
    { ms[++count] = $2; bad += !$3; all++ }
    END {
        if (count) judge()
        n = split(meant, steps, " ")
        for (i = 1; i <= n; i++) { split(steps[i], step, ":"); wanted += step[1] / 6000 * step[2] / 1000 }
        # Vegeta sends later what it could not send in time; what it never sent was not measured.
        printf "%-9s %d of %d requests%s\n", "sent", all, wanted, (all >= wanted * 0.99 ? "" : "  MISSED")
        missed += (all < wanted * 0.99)
        exit (missed > 0)
    }'
