import type { AuthOf, Fault } from '@sallyport/contract'
import { HostKeyFingerprint } from '@sallyport/contract'
import { invalid, SallyportError } from '../../error.ts'
import { parseTemplate, placeholders } from '../../template/parse.ts'
import type { Connection, Scheme, TemplateField } from '../scheme.ts'

type Sftp = AuthOf<'sftp'>

/** Files over SSH. The host goes through the same rules as every address of a definition, written as a URL. */
export const sftpScheme: Scheme = {
  templates(auth) {
    const texts = (['port', 'hostKey', 'root'] as const).flatMap((name): TemplateField[] => {
      const text = auth[name]
      return typeof text === 'string' ? [{ path: `/auth/${name}`, text, slot: 'text' }] : []
    })
    if (typeof auth.host !== 'string' || isNoHost(auth.host)) return texts
    return [{ path: '/auth/host', text: urlOf(auth), slot: 'url', receives: 'credential' }, ...texts]
  },
  faults: (auth) => [
    ...hostFaults(auth.host),
    ...textFaults(auth, 'port', isPort, 'a whole number from 1 to 65535'),
    ...textFaults(auth, 'hostKey', isFingerprint, 'a fingerprint as SHA256: and 43 characters of base64'),
    ...textFaults(auth, 'root', isFolder, 'a folder without . and .. in it, as /outgoing'),
  ],
  lasting: ['hostKey'],
  // It is refused as a whole; a word on its template would only be one more.
  placeable: () => ['token'],
  defaultPlacement: [],
  refused: ['baseUrl', 'placement', 'request', 'test', 'limits', 'rateLimit', 'timeouts', 'retry'],
  connects: () => 'given',
  asks: () => [
    { name: 'username', isRequired: true, isShown: true },
    { name: 'password' },
    { name: 'privateKey', isLong: true },
    { name: 'passphrase' },
  ],
  secretFaults(_definition, given) {
    const fault = (path: string, message: string): Fault => ({ path, code: 'required', message })
    return [
      ...(given.username === undefined ? [fault('/secret/username', 'Give the name to log in with.')] : []),
      ...(given.password === undefined && given.privateKey === undefined
        ? [fault('/secret', 'Give password, privateKey, or both.')]
        : []),
    ]
  },
  renewable: () => false,
  authErrors: () => ({ statuses: [] }),
  renewal: () => ({}),
  place() {
    throw new SallyportError('passage_unsupported', {
      message: 'Accounts of this integration hold files. Reach them through /sftp.',
    })
  },
  open(connection, { secret }) {
    const auth = connection.definition.auth as Sftp
    const url = connection.permit(connection.renderUrl(urlOf(auth)), { sends: 'credential' })
    return {
      host: url.address ?? url.hostname,
      port: Number(rendered(connection, 'port', String(auth.port), isPort) ?? 22),
      hostKey: rendered(connection, 'hostKey', auth.hostKey, isFingerprint) ?? secret.hostKey?.reveal(),
      root: rendered(connection, 'root', auth.root, isFolder),
      username: secret.username?.reveal() ?? '',
      password: secret.password,
      privateKey: secret.privateKey,
      passphrase: secret.passphrase,
    }
  },
  token: () => undefined,
}

/** A port that is a template, or none, cannot stand in a URL; then it is checked alone. */
function urlOf({ host, port }: { readonly host?: unknown; readonly port?: unknown }): string {
  const written = port ?? 22
  return `https://${String(host)}${typeof written === 'number' && isPort(String(written)) ? `:${written}` : ''}`
}

/** A value as it is for this account; undefined where it is not given, or asks for an optional one that is not. */
function rendered(
  connection: Connection,
  name: keyof Sftp,
  template: string | undefined,
  accepts: (text: string) => boolean,
): string | undefined {
  if (template === undefined || !connection.holds(template)) return undefined
  const text = connection.render(template, 'text')
  if (accepts(text)) return text
  const message = `The value stands in ${name} of the definition, and does not fit there.`
  throw invalid(
    'input_invalid',
    placeholders(parseTemplate(template)).map((parameter) => ({
      path: `/parameters/${parameter}`,
      code: 'value_refused',
      message,
    })),
  )
}

function hostFaults(host: unknown): Fault[] {
  if (typeof host !== 'string' || !isNoHost(host)) return []
  return [
    {
      path: '/auth/host',
      code: 'host_extra',
      message:
        'Write the name or address alone, without scheme, user, port or path; the port has its own field.',
    },
  ]
}

/** What is written out can be checked when it is saved; a template when it is rendered. */
function textFaults(
  auth: Readonly<Record<string, unknown>>,
  name: string,
  accepts: (text: string) => boolean,
  expected: string,
): Fault[] {
  const text = auth[name]
  const constant = typeof text === 'string' ? parseTemplate(text).constant : undefined
  if (constant === undefined || accepts(constant)) return []
  return [{ path: `/auth/${name}`, code: 'value_refused', message: `Give ${expected}.` }]
}

function isNoHost(text: string): boolean {
  return /[/?#@\\\s]/.test(text) || /:(?![^[]*\])/.test(text)
}

function isPort(text: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65_535
}

function isFingerprint(text: string): boolean {
  return HostKeyFingerprint.safeParse(text).success
}

function isFolder(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return !/[\x00-\x1f\x7f\\]/.test(text) && !text.split('/').some((part) => part === '.' || part === '..')
}
