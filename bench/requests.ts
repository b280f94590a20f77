import type { Expected } from './load.ts'

/** What the upstream takes for true. */
export const upstreamCredentials = {
  apiToken: 'token-of-the-bench-0123456789abcdef',
  clientId: 'bench',
  // Letters and digits only: clients differ in how they encode others for the basic scheme (RFC 6749 §2.3.1).
  clientSecret: 'secretOfTheBench0123456789',
  accessToken: 'access-token-of-the-bench-0123456789abcdef',
} as const

export const replyBytes = 1024
export const largeBytes = 50_000_000

/** How the upstream answers a call that is as it should be. */
export const replied: Expected = { status: 200, bytes: replyBytes }

/** Kinds of requests that are measured. */
export const workloads = [
  { name: 'GET 1 KB', method: 'GET', bodyBytes: 0 },
  { name: 'POST 10 KB', method: 'POST', bodyBytes: 10_240 },
] as const
export type Workload = (typeof workloads)[number]

/** A request as it stands on the wire, with the headers that an ordinary client sends. */
export function requestText(workload: Workload, port: number, path: string, token: string): string {
  const head = [
    `${workload.method} ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    'Accept: application/json',
    'User-Agent: bench/1.0',
    'X-Correlation-Id: 5b0f3c9a7d21',
    ...(workload.bodyBytes > 0
      ? ['Content-Type: application/json', `Content-Length: ${workload.bodyBytes}`]
      : []),
  ]
  return `${head.join('\r\n')}\r\n\r\n${'x'.repeat(workload.bodyBytes)}`
}
