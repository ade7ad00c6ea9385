// When requests begin. Everything here arrives by schedule (an open model): a server that becomes slow gets no fewer
// requests for that, as it would from users who wait for each answer.

import exec from 'k6/execution'
import { sleep } from 'k6'

// k6 takes whole numbers as rates: hundredths of a request a minute are fine enough.
const HUNDREDTHS = 100

const SCALE = positive('SCALE', 1)

// validate's own schedule: { "track-open": [[seconds, from, to], ...] }, requests a minute, straight lines.
const GIVEN = __ENV.ARRIVALS ? JSON.parse(__ENV.ARRIVALS) : null

export const RATE = (normally) => positive('RATE', normally)

function positive(name, normally) {
  const value = __ENV[name] ? Number(__ENV[name]) : normally
  if (!(value > 0)) {
    throw new Error(`${name}=${__ENV[name]} is no number above 0`)
  }
  return value
}

// Seconds of '90', '90s', '5m', '1h30m'.
export function seconds(text) {
  const parts = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(text)
  const total = parts ? Number(parts[1] || 0) * 3600 + Number(parts[2] || 0) * 60 + Number(parts[3] || 0) : 0
  if (!(total > 0)) {
    throw new Error(`'${text}' is no duration; write 90s, 5m or 1h30m`)
  }
  return total
}

// Lines of [seconds, from, to], where from and to are shares of the full rate. DURATION says how long all of them are
// together, SCALE shortens them.
export function shortened(lines) {
  const whole = lines.reduce((sum, line) => sum + line[0], 0)
  const wanted = __ENV.DURATION ? seconds(__ENV.DURATION) : whole
  return lines.map(([length, from, to]) => [length * (wanted / whole) * SCALE, from, to])
}

// The full rate for as long as DURATION says, and a burst somewhere within each `every` seconds. In a run that is shorter
// than that there is none, unless SCALE shortens the bursts too.
export function withBursts(normally, every, length, share) {
  const whole = seconds(__ENV.DURATION || normally) * SCALE
  const lines = []
  let done = 0
  for (; done + every * SCALE <= whole; done += every * SCALE) {
    const before = Math.random() * (every - length) * SCALE
    lines.push([before, 1, 1], [length * SCALE, share, share], [(every - length) * SCALE - before, 1, 1])
  }
  return done < whole ? [...lines, [whole - done, 1, 1]] : lines
}

// Scenarios by kind of request, which is also what they are called: that is how dropped iterations can be told apart.
//
// kinds: { 'track-open': { rate: 3000, exec: 'open' }, ... }, requests a minute at the full rate.
export function scenarios(kinds, lines) {
  const made = {}
  for (const [kind, { rate, exec: named }] of Object.entries(kinds)) {
    const its = GIVEN ? GIVEN[kind] : lines.map(([length, from, to]) => [length, from * rate, to * rate])
    if (its) {
      made[kind] = scenario(its, named)
    }
  }
  if (Object.keys(made).length === 0) {
    throw new Error(`ARRIVALS has none of ${Object.keys(kinds).join(', ')}`)
  }
  return made
}

function scenario(lines, named) {
  const stages = []
  let at = lines[0][1]
  for (const [length, from, to] of lines) {
    if (from !== at) {
      stages.push({ duration: '0s', target: whole(from) })
    }
    stages.push({ duration: `${(length * 1000).toFixed(0)}ms`, target: whole(to) })
    at = to
  }
  const highest = Math.max(...lines.map(([, from, to]) => Math.max(from, to))) / 60
  return {
    executor: 'ramping-arrival-rate',
    exec: named,
    startRate: whole(lines[0][1]),
    timeUnit: `${HUNDREDTHS}m`,
    stages,
    // Enough for answers that take a fifth of a second; more are made while k6 drops an iteration for each, which a
    // threshold counts.
    preAllocatedVUs: Math.ceil(10 + highest / 5),
    maxVUs: Math.ceil(100 + highest * 10),
    // Longer than a request may take.
    gracefulStop: '40s',
  }
}

function whole(perMinute) {
  return Math.round(perMinute * HUNDREDTHS)
}


// Begins at the moment that BEGIN_AT names (milliseconds since 1970); validate starts k6 ahead of it.
export function awaitBegin() {
  const left = Number(__ENV.BEGIN_AT || 0) - Date.now()
  if (left > 0) {
    sleep(left / 1000)
  }
}

// A number of its own for each iteration of each kind.
export function number() {
  return `${exec.vu.idInTest}-${exec.vu.iterationInInstance}`
}
