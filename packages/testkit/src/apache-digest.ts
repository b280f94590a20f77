import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childServer } from './child-server.ts'
import { type Front, front } from './front.ts'
import { pathOf } from './program.ts'

/** What Apache's digest authentication may be given. */
export interface ApacheDigestOptions {
  username?: string
  password?: string
  realm?: string
  /** How long a nonce is taken before it is called stale; 0 makes each good for one request. 300 unless said. */
  nonceLifetimeSeconds?: number
  /** Files below `/files/`, by name. */
  files?: Record<string, string>
}

/** Apache's httpd with mod_auth_digest (MD5, qop `auth`) before everything it serves. */
export interface ApacheDigest {
  readonly origin: string
  readonly username: string
  readonly password: string
  readonly realm: string
  /** Serves the files, to GET, HEAD and POST. */
  readonly filesUrl: string
  /** Answers any method with its name, a line break and the body it got. */
  readonly echoUrl: string
  readonly processId: number
  received(route?: string): ReturnType<Front['received']>
  forget(): void
  close(): Promise<void>
}

const apache = {
  name: "Apache's httpd",
  variable: 'APACHE_PATH',
  usualPlaces: ['/usr/sbin/apache2', '/usr/bin/apache2'],
  debianPackage: 'apache2-bin',
}

/** Starts Apache in a folder of its own; needs Debian's package `apache2-bin`. */
export async function apacheDigest(options: ApacheDigestOptions = {}): Promise<ApacheDigest> {
  const program = pathOf(apache)
  const { username = 'ann', password = 'open sesame', realm = 'the files' } = options
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-apache-'))
  const removeFolder = () => rm(folder, { recursive: true, force: true })
  try {
    await writeSite(folder, options.files ?? { 'hello.txt': 'Hello.' })
    const digest = createHash('md5').update(`${username}:${realm}:${password}`).digest('hex')
    await writeFile(join(folder, 'users'), `${username}:${realm}:${digest}\n`)
    const server = await served(program, folder, { realm, lifetime: options.nonceLifetimeSeconds ?? 300 })
    const { origin, received, forget, close } = await front(server)
    const { processId } = server
    const urls = { origin, filesUrl: `${origin}/files/`, echoUrl: `${origin}/echo` }
    const closeAll = () => close().finally(removeFolder)
    return { ...urls, username, password, realm, processId, received, forget, close: closeAll }
  } catch (cause) {
    await removeFolder()
    throw cause
  }
}

async function writeSite(folder: string, files: Record<string, string>) {
  // Apache gives up root's rights, and must still be able to read.
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'files'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, 'files', name), content)
  const script = '#!/bin/sh\nprintf "Content-Type: text/plain\\n\\n%s\\n" "$REQUEST_METHOD"\nexec cat\n'
  await writeFile(join(folder, 'echo.cgi'), script, { mode: 0o755 })
}

async function served(program: string, folder: string, protection: { realm: string; lifetime: number }) {
  const configuration = join(folder, 'httpd.conf')
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    await writeFile(configuration, directives(folder, port, protection))
    try {
      return await childServer({ program, args: ['-D', 'FOREGROUND', '-f', configuration], port })
    } catch (cause) {
      // Between its choice and its use another may have taken the port.
      if (attempt === 5 || !/Address already in use/.test(String(cause))) throw cause
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

const modules = ['mpm_event', 'authn_core', 'authn_file', 'authz_core', 'authz_user', 'auth_digest']

function directives(folder: string, port: number, { realm, lifetime }: { realm: string; lifetime: number }) {
  const loaded = [...modules, 'alias', 'cgi', 'mime', 'dir']
  return `
ServerRoot "${folder}"
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile "${folder}/pid"
DefaultRuntimeDir "${folder}"
ErrorLog "${folder}/error.log"
LogLevel error
User www-data
Group www-data
${loaded.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
StartServers 1
ServerLimit 1
ThreadsPerChild 25
MaxRequestWorkers 25
TypesConfig /dev/null
DocumentRoot "${folder}/files"
Alias /files "${folder}/files"
ScriptAlias /echo "${folder}/echo.cgi"
<Location "/">
  AuthType Digest
  AuthName "${realm}"
  AuthDigestProvider file
  AuthUserFile "${folder}/users"
  AuthDigestQop auth
  AuthDigestNonceLifetime ${lifetime}
  Require valid-user
</Location>
`
}
