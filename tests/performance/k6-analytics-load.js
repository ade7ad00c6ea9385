// Four questions of the console, each 100 times a minute, which 1.2 of the strategy says of the timeline, after a ramp.
//
//   k6 run -e API_URL=http://localhost:8080 tests/performance/k6-analytics-load.js

import http from 'k6/http'
import { API_URL } from './k6/target.js'
import { authorization } from './k6/session.js'
import { RATE, awaitBegin, scenarios, shortened } from './k6/arrivals.js'
import { judge, thresholds } from './k6/answers.js'

const rate = RATE(100)

export const options = {
  scenarios: scenarios(
    {
      'analytics-overview': { rate, exec: 'overview' },
      'analytics-timeline': { rate, exec: 'timeline' },
      'analytics-top-links': { rate, exec: 'topLinks' },
      'analytics-recent': { rate, exec: 'recent' },
    },
    shortened([
      [120, 0, 0.4], // ramp up
      [300, 0.4, 1],
      [120, 1, 0], // ramp down
    ]),
  ),
  thresholds: thresholds(0.001, {
    'analytics-overview': ['p(50)<50', 'p(95)<150', 'p(99)<300', 'max<500'],
    'analytics-timeline': ['p(50)<100', 'p(95)<500', 'p(99)<1000', 'max<2000'],
    'analytics-top-links': ['p(95)<500'],
    'analytics-recent': ['p(95)<500'],
  }),
}

export function setup() {
  awaitBegin()
}

function ask(endpoint, path) {
  const headers = { Authorization: authorization() }
  const begunMs = Date.now()
  const response = http.get(`${API_URL}${path}`, {
    headers,
    tags: { name: `GET ${path.replace(/\?.*/, '')}`, endpoint },
    timeout: '30s',
  })
  judge(endpoint, begunMs, response, [200], (r) => r.json('data') !== undefined)
}

export const overview = () => ask('analytics-overview', '/analytics/overview')
export const timeline = () => ask('analytics-timeline', '/analytics/timeline?range=30d')
export const topLinks = () => ask('analytics-top-links', '/analytics/top-links?limit=10')
export const recent = () => ask('analytics-recent', '/analytics/events/recent?limit=25')
