import type { Definition } from '@sallyport/contract'
import { parseTemplate, placeholders } from '../template/parse.ts'

/** First word of the placeholders that a profile's settings fill. */
const prefix = 'profile.'

/**
 * Names of the settings that a definition asks for, as in `{profile.region}`. They are filled for each call, and so stand
 * only in what is made for each call: a token belongs to its account, whichever profile uses that.
 */
export function settingsAskedFor({
  baseUrl,
  request,
  placement,
}: Pick<Definition, 'baseUrl' | 'request' | 'placement'>): readonly string[] {
  const names = textsIn([baseUrl, request, placement]).flatMap((text) => placeholders(parseTemplate(text)))
  return [
    ...new Set(names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))),
  ]
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
