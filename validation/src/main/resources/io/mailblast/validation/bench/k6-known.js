// One request after the other at a rate; what k6 says of them in the form that `vegeta report -type=json` has.
import http from 'k6/http'

const users = Number(__ENV.CONNECTIONS)

export const options = {
  scenarios: {
    known: {
      executor: 'constant-arrival-rate',
      rate: Number(__ENV.RATE),
      timeUnit: '1s',
      duration: `${__ENV.SECONDS}s`,
      preAllocatedVUs: users,
      maxVUs: users,
    },
  },
  summaryTrendStats: ['p(50)', 'p(90)', 'p(95)', 'p(99)', 'max'],
}

export default function () {
  http.get(__ENV.URL)
}

export function handleSummary(data) {
  const ms = data.metrics.http_req_duration.values
  const ns = (name) => Math.round(ms[name] * 1e6)
  return {
    stdout: JSON.stringify({
      latencies: { '50th': ns('p(50)'), '90th': ns('p(90)'), '95th': ns('p(95)'), '99th': ns('p(99)'), max: ns('max') },
    }),
  }
}
