import { readFileSync } from 'node:fs'

/** Variables that hold secrets. Each may be in a file instead, which its name with `_FILE` names. */
export const secretVariables = [
  'SALLYPORT_DATABASE_URL',
  'SALLYPORT_ENCRYPTION_KEYS',
  'SALLYPORT_KEY_SERVICE',
  'SALLYPORT_REALMS',
  'SALLYPORT_ADMIN_KEY',
  'SALLYPORT_METRICS_TOKEN',
] as const

type Environment = Readonly<Record<string, string | undefined>>
type NameFault = (variable: string, text: string) => undefined

/** Each as it is in its file: another process of the same user can read the environment, a unit file and `ps` show it. */
export function withSecretFiles(environment: Environment, fault: NameFault): Environment {
  const read = secretVariables.map((variable) => [variable, secretIn(environment, variable, fault)] as const)
  return { ...environment, ...Object.fromEntries(read.filter(([, text]) => text !== undefined)) }
}

function secretIn(environment: Environment, variable: string, fault: NameFault): string | undefined {
  const named = `${variable}_FILE`
  const file = environment[named]
  if (file === undefined) return undefined
  if (environment[variable] !== undefined) return fault(named, `contradicts ${variable}. Set one of them.`)
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    return text === '' ? fault(named, `names ${file}, which is empty.`) : text
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown'
    return fault(named, `names ${file}, which cannot be read (${code}).`)
  }
}
