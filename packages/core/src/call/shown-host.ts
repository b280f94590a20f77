import type { Definition } from '@sallyport/contract'
import type { Target } from '../credentials/target.ts'

const hidden = '{secret}'
const hiding = new WeakMap<Definition, boolean>()

/** The host that a call went to, as it may be told of: not where a secret parameter is part of it. */
export function shownHost({ definition }: Pick<Target, 'definition'>, origin: string): string {
  if (!definition.parameters) return hostOf(origin)
  const known = hiding.get(definition)
  const isHidden = known ?? hasSecretHost(definition)
  if (known === undefined) hiding.set(definition, isHidden)
  return isHidden ? hidden : hostOf(origin)
}

function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('//') + 2)
}

function hasSecretHost({ parameters = [], baseUrl = '', hosts = [], auth }: Definition): boolean {
  const [authority = ''] = /^[^/]*\/\/[^/?]*/.exec(baseUrl) ?? [baseUrl]
  const server = 'host' in auth ? auth.host : ''
  const text = [authority, server, ...hosts].join(' ')
  return parameters.some(({ name, secret }) => secret && text.includes(name))
}
