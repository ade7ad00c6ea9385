// Campaigns are created at the rate of 1.2 of the strategy, 100 a minute, after a ramp.
//
//   k6 run -e API_URL=http://localhost:8080 tests/performance/k6-campaign-creation.js
//
// README.md beside this file tells the variables.

import http from 'k6/http'
import { Gauge } from 'k6/metrics'
import { API_URL } from './k6/target.js'
import { authorization } from './k6/session.js'
import { RATE, awaitBegin, number, scenarios, shortened } from './k6/arrivals.js'
import { judge, thresholds } from './k6/answers.js'

// Numbers of the campaigns that were made: validate sends some of them.
const made = new Gauge('campaign_made')

// Fields of the campaigns as JSON, in place of those below; the name goes on with a number.
const FIELDS = __ENV.CAMPAIGN ? JSON.parse(__ENV.CAMPAIGN) : {}

export const options = {
  scenarios: scenarios(
    { 'campaign-create': { rate: RATE(100), exec: 'create' } },
    shortened([
      [120, 0, 0.1], // ramp up
      [300, 0.1, 0.5],
      [120, 0.5, 1],
      [300, 1, 1], // hold
      [120, 1, 0], // ramp down
    ]),
  ),
  thresholds: thresholds(0.001, { 'campaign-create': ['p(50)<50', 'p(95)<150', 'p(99)<300', 'max<500'] }),
}

export function setup() {
  awaitBegin()
}

export function create() {
  const headers = { Authorization: authorization(), 'Content-Type': 'application/json' }
  const campaign = JSON.stringify({
    subject: 'Load Test Subject',
    from_name: 'Test Sender',
    from_email: 'test@example.com',
    content: '<p>Test content</p>',
    ...FIELDS,
    name: `${FIELDS.name || 'Load Test Campaign '}${number()}`,
  })
  const begunMs = Date.now()
  const response = http.post(`${API_URL}/campaigns`, campaign, {
    headers,
    tags: { name: 'POST /campaigns', endpoint: 'campaign-create' },
    timeout: '30s',
  })
  if (judge('campaign-create', begunMs, response, [201], (r) => r.json('data.id') > 0) === 'good') {
    made.add(response.json('data.id'))
  }
}
