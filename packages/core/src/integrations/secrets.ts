import { schemes, tlsSecrets } from '@sallyport/contract'
import type { WrittenDefinition } from '../credentials/definition.ts'
import type { DefinitionSecrets } from '../credentials/definition-secrets.ts'
import { Secret } from '../secret.ts'

/** A definition taken apart into what may be shown and what may not. */
export interface SplitDefinition<Written extends WrittenDefinition> {
  readonly visible: Written
  /** By JSON Pointer; an empty one counts as none. */
  readonly secrets: DefinitionSecrets
}

/** Takes the secrets out of a definition. */
export function splitSecrets<Written extends WrittenDefinition>(
  definition: Written,
): SplitDefinition<Written> {
  const visible = structuredClone(definition)
  const secrets: Record<string, Secret> = {}
  for (const path of secretPathsOf(definition)) {
    const { holder, name } = place(visible, path)
    const value = holder?.[name]
    if (holder && !Array.isArray(holder)) delete holder[name]
    if (typeof value === 'string' && value !== '') secrets[path] = new Secret(value)
  }
  for (const path of secretListsOf(definition)) {
    const { holder, name } = place(visible, path)
    if (holder) delete holder[name]
  }
  return { visible, secrets }
}

/** Lists whose entries are secrets: none of them is shown, not even how many there are. */
function secretListsOf(definition: WrittenDefinition): readonly string[] {
  return secretPathsOf(definition).flatMap((path) => /^(.*)\/\d+$/.exec(path)?.[1] ?? [])
}

/** Where a definition of this type may hold secrets. */
function secretPathsOf(definition: WrittenDefinition): readonly string[] {
  return [...schemes[definition.auth.type].definitionSecrets, ...tlsSecrets.map((name) => `/tls/${name}`)]
}

/** Puts stored secrets back, so that a patch and its checks see the definition whole. */
export function withSecrets<Written extends WrittenDefinition>(
  visible: Written,
  secrets: DefinitionSecrets,
): Written {
  const whole = structuredClone(visible)
  for (const [path, secret] of Object.entries(secrets)) {
    const list = /^(.*)\/\d+$/.exec(path)?.[1]
    const outer = list === undefined ? undefined : place(whole, list)
    if (outer?.holder) outer.holder[outer.name] ??= []
    const { holder, name } = place(whole, path)
    if (holder) holder[name] = secret.reveal()
  }
  return whole
}

/** The value at a JSON Pointer; undefined when there is none. */
export function valueAt(root: unknown, path: string): unknown {
  const { holder, name } = place(root, path)
  return holder && Object.hasOwn(holder, name) ? holder[name] : undefined
}

function place(root: unknown, path: string): { holder: Record<string, unknown> | undefined; name: string } {
  const segments = path.slice(1).split('/')
  const name = segments.pop() ?? ''
  const holder = segments.reduce<unknown>(
    (outer, segment) => (isRecord(outer) ? outer[segment] : undefined),
    root,
  )
  return { holder: isRecord(holder) ? holder : undefined, name }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
