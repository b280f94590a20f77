import { type Definition, schemes, tlsSecrets } from '@sallyport/contract'
import type { DefinitionSecrets } from '../credentials/definition-secrets.ts'
import { Secret } from '../secret.ts'

/** A definition taken apart into what may be shown and what may not. */
export interface SplitDefinition {
  readonly visible: Definition
  /** By JSON Pointer; an empty one counts as none. */
  readonly secrets: DefinitionSecrets
}

/** Takes the secrets out of a definition. */
export function splitSecrets(definition: Definition): SplitDefinition {
  const visible = structuredClone(definition)
  const secrets: Record<string, Secret> = {}
  for (const path of secretPathsOf(definition)) {
    const { holder, name } = place(visible, path)
    const value = holder?.[name]
    // An entry of a list is emptied, so that the others keep their places.
    if (Array.isArray(holder)) {
      if (name in holder) holder[Number(name)] = ''
    } else if (holder) delete holder[name]
    if (typeof value === 'string' && value !== '') secrets[path] = new Secret(value)
  }
  return { visible, secrets }
}

/** Where a definition of this type may hold secrets. */
function secretPathsOf(definition: Definition): readonly string[] {
  return [...schemes[definition.auth.type].definitionSecrets, ...tlsSecrets.map((name) => `/tls/${name}`)]
}

/** Puts stored secrets back, so that a patch and its checks see the definition whole. */
export function withSecrets(visible: Definition, secrets: DefinitionSecrets): Definition {
  const whole = structuredClone(visible)
  for (const [path, secret] of Object.entries(secrets)) {
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
