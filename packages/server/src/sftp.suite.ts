import { type Proftpd, type Sshd, type SshKey, sshKey, startProftpd, startSshd } from '@sallyport/testkit'
import type { TestReply, TestSallyport } from './sallyport.suite.ts'

type Json = Readonly<Record<string, unknown>>

/** Both servers with one host key, one user's key and one password. */
export interface FileServers {
  readonly hostKey: SshKey
  readonly userKey: SshKey
  readonly password: string
  readonly sshd: Sshd
  readonly proftpd: Proftpd
  stop(): Promise<void>
}

export async function fileServers(password = 'the pass word'): Promise<FileServers> {
  const [hostKey, userKey] = await Promise.all([sshKey(), sshKey()])
  const keys = { hostKeys: [hostKey], authorized: [userKey] }
  const [sshd, proftpd] = await Promise.all([
    startSshd(keys),
    startProftpd({ ...keys, username: 'jo', password }),
  ])
  const stop = async () => {
    await Promise.all([sshd.stop(), proftpd.stop()])
  }
  return { hostKey, userKey, password, sshd, proftpd, stop }
}

let definitions = 0

/** Defines an SFTP integration at a port of loopback; its key. */
export async function sftpIntegration(
  sallyport: TestSallyport,
  port: number,
  auth: Json = {},
  rest: Json = {},
): Promise<string> {
  definitions += 1
  const key = `files${definitions}`
  const block = { type: 'sftp', host: '127.0.0.1', port, ...auth }
  const reply = await sallyport.request('POST', '/v1/integrations', { key, name: key, auth: block, ...rest })
  if (reply.status !== 201) throw new Error(reply.text)
  return key
}

/** Connects an account of it, as the reply shows it. */
export async function sftpAccount(
  sallyport: TestSallyport,
  integration: string,
  secret: Json,
  rest: Json = {},
): Promise<TestReply['body']> {
  const body = { integration, name: integration, secret, ...rest }
  const reply = await sallyport.request('POST', '/v1/accounts', body)
  if (reply.status !== 201) throw new Error(reply.text)
  return reply.body
}

export interface FileCall {
  readonly body?: string | Buffer | ReadableStream
  readonly headers?: Readonly<Record<string, string>>
  readonly key?: string
}

/** Calls of an account's files; paths begin with a slash, and are sent as they are. */
export function filesOf({ origin, adminKey }: TestSallyport, account: string) {
  return async (method: string, path: string, { body, headers = {}, key = adminKey }: FileCall = {}) => {
    const reply = await fetch(`${origin}/sftp/${account}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(body !== undefined && { body: body as RequestInit['body'] & {}, duplex: 'half' }),
    })
    const text = await reply.text()
    const isJson = text !== '' && /json/.test(reply.headers.get('content-type') ?? '')
    return { status: reply.status, headers: reply.headers, text, body: isJson ? JSON.parse(text) : undefined }
  }
}

/** What a call came to: `201`, or `404 file_not_found`. */
export function outcome({
  status,
  body,
}: {
  readonly status: number
  readonly body?: { code?: string }
}): string {
  return body?.code === undefined ? `${status}` : `${status} ${body.code}`
}
