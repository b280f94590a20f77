import ssh2, {
  type Algorithms,
  type AnyAuthMethod,
  type AuthenticationType,
  type Client,
  type ParsedKey,
} from 'ssh2'
import { SallyportError } from '../error.ts'
import type { Secret } from '../secret.ts'
import type { ConnectPolicy } from './connect.ts'
import { dial } from './dial.ts'
import { EgressError } from './failure.ts'
import {
  HostKeyRefused,
  type HostKeyType,
  hostKeyAlgorithms,
  isAccepted,
  type SeenHostKey,
  seenHostKey,
} from './host-key.ts'
import { readPrivateKey } from './ssh-key.ts'

/** A server of files, and how to log in there. */
export interface FileServer {
  /** Name or address, permitted by the definition's hosts. */
  readonly host: string
  readonly port: number
  /** Fingerprint that was accepted; without one nothing is sent. */
  readonly hostKey: string | undefined
  /** Folder that paths begin at; undefined for where the server lets the user begin. */
  readonly root: string | undefined
  readonly username: string
  readonly password: Secret | undefined
  readonly privateKey: Secret | undefined
  readonly passphrase: Secret | undefined
}

export type SshPolicy = Pick<ConnectPolicy, 'allowedPrivate' | 'lookup'> & {
  /** For TCP, host key and login together. */
  readonly loginTimeoutMilliseconds?: number
}

interface Login extends Pick<FileServer, 'username'> {
  readonly password: string | undefined
  readonly key: ParsedKey | undefined
}

/** Which type of key a fingerprint belonged to last time: it is asked for first then. A bounded memory. */
const typesSeen = new Map<string, HostKeyType>()
const mostTypesSeen = 10_000

/**
 * Connects, compares the host key, and only then logs in.
 *
 * @throws SallyportError address_blocked, upstream_unreachable, upstream_timeout, host_key_unknown,
 * host_key_changed, private_key_invalid, passphrase_required, passphrase_wrong, login_refused
 */
export async function connectSsh(
  policy: SshPolicy,
  server: FileServer,
  signal: AbortSignal,
): Promise<Client> {
  const passphrase = server.passphrase?.reveal()
  const login: Login = {
    username: server.username,
    password: server.password?.reveal(),
    key: server.privateKey && readPrivateKey(server.privateKey.reveal(), passphrase),
  }
  const timeout = new AbortController()
  const late = () => timeout.abort(new EgressError('upstream_timeout', 'no', { detail: 'no login in time' }))
  const timer = setTimeout(late, policy.loginTimeoutMilliseconds ?? 10_000)
  try {
    return await withAcceptedKey(policy, server, login, AbortSignal.any([signal, timeout.signal]))
  } finally {
    clearTimeout(timer)
  }
}

/** A server has keys of several types and shows one that we ask for: the accepted one may be another. */
async function withAcceptedKey(
  policy: SshPolicy,
  server: FileServer,
  login: Login,
  signal: AbortSignal,
): Promise<Client> {
  let left = preferred(server.hostKey)
  let first: HostKeyRefused | undefined
  while (left.length > 0) {
    const attempt = await logIn(policy, server, login, { signal, types: left }).catch((error: unknown) => {
      // What it says once it has no other key is that we have none in common.
      if (first && error instanceof NothingInCommon) throw first
      throw error
    })
    if (!('refused' in attempt)) return attempt.client
    const { refused } = attempt
    first ??= new HostKeyRefused(refused, server.hostKey)
    if (server.hostKey === undefined || !left.some((type) => type === refused.type)) throw first
    left = left.filter((type) => type !== refused.type)
  }
  throw first ?? new SallyportError('internal')
}

function preferred(accepted: string | undefined): HostKeyType[] {
  const all = Object.keys(hostKeyAlgorithms) as HostKeyType[]
  const known = accepted === undefined ? undefined : typesSeen.get(accepted)
  return known ? [known, ...all.filter((type) => type !== known)] : all
}

/** No algorithm in common, or something that speaks no SSH. */
class NothingInCommon extends EgressError {}

async function logIn(
  policy: SshPolicy,
  server: FileServer,
  login: Login,
  { signal, types }: { readonly signal: AbortSignal; readonly types: readonly HostKeyType[] },
): Promise<{ readonly client: Client } | { readonly refused: SeenHostKey }> {
  const sock = await dial(policy, server, signal)
  const client = new ssh2.Client()
  let refused: SeenHostKey | undefined
  let expired = false
  try {
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      client.on('ready', resolve)
      client.on('error', (error) => reject(failure(error, expired)))
      client.on('close', () => reject(new EgressError('upstream_unreachable', 'no', { detail: 'closed' })))
      client.on('change password', () => {
        expired = true
        client.end()
        reject(failure(undefined, expired))
      })
      client.connect({
        sock,
        username: login.username,
        ident: 'Sallyport',
        readyTimeout: 0,
        algorithms: { ...algorithms, serverHostKey: types.flatMap((type) => [...hostKeyAlgorithms[type]]) },
        authHandler: nextMethod(login) as never,
        hostVerifier: (blob: Buffer) => {
          const seen = seenHostKey(blob)
          if (isAccepted(seen, server.hostKey)) return remember(seen)
          refused = seen
          return false
        },
      })
    })
    return { client }
  } catch (error) {
    sock.destroy()
    // It ends what it has begun, and nobody listens any more.
    client.on('error', () => undefined)
    if (refused) return { refused }
    throw error
  }
}

function remember({ fingerprint, type }: SeenHostKey): true {
  if (typesSeen.size >= mostTypesSeen) typesSeen.clear()
  if (type in hostKeyAlgorithms) typesSeen.set(fingerprint, type as HostKeyType)
  return true
}

/** The library's defaults without what rests on SHA-1, and without compression before a login. */
const algorithms = {
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
} satisfies Algorithms

/** Key, then password, then the same password to a server that asks for it in a dialogue. */
function nextMethod({ username, password, key }: Login) {
  const methods: AnyAuthMethod[] = [
    ...(key ? [{ type: 'publickey', username, key } as const] : []),
    ...(password === undefined ? [] : [{ type: 'password', username, password } as const]),
    ...(password === undefined ? [] : [dialogue(username, password)]),
  ]
  return (offered: readonly AuthenticationType[] | null): AnyAuthMethod | false => {
    while (methods.length > 0) {
      const method = methods.shift()
      if (!method || (offered && !offered.includes(method.type))) continue
      // Who refused the password itself need not be told it again, which may lock the user out.
      if (method.type === 'keyboard-interactive' && offered?.includes('password')) continue
      return method
    }
    return false
  }
}

function dialogue(username: string, password: string): AnyAuthMethod {
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, prompts, finish) =>
      finish(prompts.map(({ echo }) => (echo ? '' : password))),
  }
}

function failure(error: (Error & { level?: string }) | undefined, expired: boolean): SallyportError {
  if (expired) {
    return new SallyportError('login_refused', {
      message:
        'The server demands that this user changes the password before anything else. Change it there.',
    })
  }
  const detail = `ssh: ${error?.level ?? error?.name ?? 'unknown failure'}`
  if (error?.level === 'client-authentication') return new SallyportError('login_refused', { detail })
  if (error?.level === 'handshake' || error?.level === 'protocol') {
    return new NothingInCommon('upstream_unreachable', 'no', {
      detail,
      message:
        'The server speaks no SSH, or only algorithms that are no longer safe. Check host and port, or have the server brought up to date.',
    })
  }
  return new EgressError('upstream_unreachable', 'no', { detail, cause: error })
}
