import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** A file that the console loads; its name changes with its content. */
export interface ConsoleFile {
  readonly type: string
  readonly bytes: Buffer
  readonly gzipped: Buffer
}

/** The console as it was built. */
export interface ConsoleFiles {
  readonly page: string
  readonly assets: ReadonlyMap<string, ConsoleFile>
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Reads it, once, for where it is served and what stands beside it; undefined where it was not built. */
export function readConsole(path: string, practiceOrigin: string | undefined): ConsoleFiles | undefined {
  try {
    const page = createRequire(import.meta.url).resolve('@sallyport/console')
    const folder = join(dirname(page), 'assets')
    return {
      // What it loads lies relative to it, but it is served at every address below its own.
      page: readFileSync(page, 'utf8')
        .replaceAll('"./', `"${path}/`)
        .replace('name="practice-provider" content=""', (meta) =>
          meta.replace('""', `"${practiceOrigin ?? ''}"`),
        ),
      assets: new Map(readdirSync(folder).map((name) => [name, new Loaded(join(folder, name))])),
    }
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** Made smaller when it is first asked for: most starts serve no browser. */
class Loaded implements ConsoleFile {
  readonly type: string
  readonly bytes: Buffer
  #gzipped: Buffer | undefined

  constructor(path: string) {
    this.type = types[extname(path)] ?? 'application/octet-stream'
    this.bytes = readFileSync(path)
  }

  get gzipped(): Buffer {
    this.#gzipped ??= gzipSync(this.bytes, { level: 9 })
    return this.#gzipped
  }
}

function isAbsent(error: unknown): boolean {
  const code = (error as { readonly code?: unknown }).code
  return code === 'MODULE_NOT_FOUND' || code === 'ENOENT'
}
