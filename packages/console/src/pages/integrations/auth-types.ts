/** What people call each type. */
const labels: Readonly<Record<string, string>> = {
  oauth2: 'OAuth 2.0',
  oauth1: 'OAuth 1.0a',
  api_token: 'API token',
  basic: 'User and password',
  custom_token: 'Custom token',
  cookie: 'Cookie login',
  digest: 'HTTP digest',
  hmac: 'HMAC signature',
  jwt: 'JWT for each call',
  aws_sigv4: 'AWS signature',
  sftp: 'SFTP',
}

export function authLabel(type: string): string {
  return labels[type] ?? type
}
