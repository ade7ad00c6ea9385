// Who asks. Each virtual user signs in for itself, and exchanges its tokens before they end, as a person's browser does:
// a refresh token works once, so that users cannot share one.

import http from 'k6/http'
import { API_URL } from './target.js'

const EMAIL = __ENV.MAILBLAST_TARGET_EMAIL
const PASSWORD = __ENV.MAILBLAST_TARGET_PASSWORD

if (!(EMAIL && PASSWORD) && !__ENV.TOKEN) {
  throw new Error('Set MAILBLAST_TARGET_EMAIL and MAILBLAST_TARGET_PASSWORD, or TOKEN for a run that is shorter than its life')
}

let session = null

// The `Authorization` header of this virtual user.
export function authorization() {
  if (!(EMAIL && PASSWORD)) {
    return `Bearer ${__ENV.TOKEN}`
  }
  if (session === null) {
    session = ask('/auth/login', { email: EMAIL, password: PASSWORD })
  } else if (Date.now() >= session.renewAtMs) {
    // Whose refresh token is refused signs in, as people do.
    session = ask('/auth/refresh', { refresh_token: session.refreshToken })
      || ask('/auth/login', { email: EMAIL, password: PASSWORD })
  }
  // Without a session the request is refused, and that is the error that counts.
  return session === null ? 'Bearer none' : `Bearer ${session.token}`
}

function ask(path, body) {
  const response = http.post(`${API_URL}${path}`, JSON.stringify(body), {
    headers: { 'Content-Type': 'application/json' },
    tags: { name: `POST ${path}`, endpoint: 'session' },
    timeout: '30s',
    responseType: 'text',
  })
  if (response.status !== 200) {
    // Never with what was sent or answered: it would be a secret.
    console.error(`POST ${path} was answered ${response.status}`)
    return null
  }
  const data = response.json('data')
  return {
    token: data.token,
    refreshToken: data.refresh_token,
    // A quarter of its life is left for a server that is slow to answer.
    renewAtMs: Date.now() + data.expires_in * 750,
  }
}
