// Where MailBlast is.
export const API_URL = (__ENV.API_URL || 'http://localhost:8080').replace(/\/+$/, '')
