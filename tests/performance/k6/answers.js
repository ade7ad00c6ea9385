// What an answer was, and what all of them must come to.

import { check } from 'k6'
import { Rate, Trend } from 'k6/metrics'

// An error is a 5xx, a time-out, a lost connection, or a status that was not expected; a correct refusal is none.
const errors = new Rate('errors')

// From wanting a connection to the end of the answer. `./mailblast validate --engine k6` reads these samples.
const answered = new Trend('request', true)

// http.request's own code for 'request timeout'.
const TIMEOUT = 1050

export function judge(endpoint, begunMs, response, expected, isRight = () => true) {
  let outcome = 'good'
  if (response.status === 0) {
    outcome = response.error_code === TIMEOUT ? 'time-out' : 'connection lost'
  } else if (!expected.includes(response.status)) {
    outcome = unexpected(response)
  } else if (!isRight(response)) {
    outcome = 'wrong answer'
  }
  check(response, { [`${endpoint}: answered as it should be`]: () => outcome === 'good' })
  errors.add(outcome !== 'good', { endpoint })
  const tookMs = response.status === 0 ? Date.now() - begunMs : response.timings.blocked + response.timings.duration
  answered.add(tookMs, { endpoint, outcome })
  return outcome
}

// What was shed under overload is told apart from what broke; both are errors.
function unexpected(response) {
  if (response.status === 429 || (response.status === 503 && response.headers['Retry-After'])) {
    return 'shed'
  }
  return response.status >= 500 ? '5xx' : 'unexpected status'
}

// Thresholds that hold together: one key for each kind of request, with all of its expressions; `errors` below a share;
// and nothing dropped, for an iteration that k6 could not begin is a request that nobody measured.
//
// LATENCY=report leaves the latencies to the summary: on a machine that others use they say nothing.
export function thresholds(errorShare, latencies) {
  const all = {
    errors: [`rate<${errorShare}`],
    dropped_iterations: ['count==0'],
  }
  for (const [endpoint, expressions] of Object.entries(latencies)) {
    all[`request{endpoint:${endpoint}}`] = __ENV.LATENCY === 'report' ? ['max>=0'] : expressions
  }
  return all
}
