-- What wrk measured, in the form that `vegeta report -type=json` has: nanoseconds.
--
-- Before it tells its latencies, wrk adds some for requests that it thinks it would have made while it waited for an answer
-- (stats_correct in its stats.c): of an answer that took longer than two requests are apart on average, one at each
-- such distance below. Where latencies vary by themselves that counts slow answers several times. What it measured is
-- found again from the top: nothing was added to the slowest, and what each one added to those below is known.

local function measured(summary, latency)
  local apart = math.floor(summary.duration / math.floor(summary.requests / tonumber(os.getenv("CONNECTIONS"))))
  local counts, values = {}, {}
  for i = 1, #latency do
    local value, count = latency(i)
    counts[value] = count
    values[i] = value
  end
  table.sort(values)
  for i = #values, 1, -1 do
    local value = values[i]
    local below = value - apart
    while value >= 2 * apart and counts[value] > 0 and below > apart do
      counts[below] = counts[below] - counts[value]
      below = below - apart
    end
  end
  return values, counts
end

function done(summary, latency, requests)
  local values, counts = measured(summary, latency)
  local all = 0
  for _, value in ipairs(values) do
    all = all + counts[value]
  end
  local function ns(percentile)
    local sofar = 0
    for _, value in ipairs(values) do
      sofar = sofar + counts[value]
      if sofar >= all * percentile / 100 then
        return value * 1000
      end
    end
  end
  io.write(string.format(
    '{"latencies":{"50th":%.0f,"90th":%.0f,"95th":%.0f,"99th":%.0f,"max":%.0f},"requests":%d}\n',
    ns(50), ns(90), ns(95), ns(99), latency.max * 1000, all))
end
