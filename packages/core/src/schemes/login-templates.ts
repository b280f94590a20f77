import { templatesOf } from './request-template.ts'
import { requestValueNames } from './request-values.ts'
import type { TemplateField } from './scheme.ts'

/** A part of an `auth` block that may still be malformed. */
export type Block = Readonly<Record<string, unknown>>

/** Templates of one request: its address, and what it sends there. */
export function requestFields(
  paths: { readonly url: string; readonly template: string },
  request: { readonly url: unknown; readonly template: unknown },
  names: readonly string[],
): TemplateField[] {
  const filled = [...names, ...requestValueNames]
  const { url } = request
  return [
    ...(typeof url === 'string' ? [urlField(paths.url, url, filled)] : []),
    ...templatesOf(paths.template, request.template).map((field) => ({ ...field, filled })),
  ]
}

/** Templates of a login's steps, each of which may use what those before it give. */
export function stepFields(auth: Block): TemplateField[] {
  const steps = stepsOf(auth)
  return steps.flatMap((step, index) => {
    const path = `/auth/steps/${index}`
    return requestFields(
      { url: `${path}/url`, template: path },
      { url: step.url, template: step },
      stepTokens(auth, index),
    )
  })
}

/** `token.name` of what the first of a block's steps give; all of them, unless a count is given. */
export function stepTokens(auth: Block, count?: number): string[] {
  return stepsOf(auth)
    .slice(0, count)
    .flatMap(({ reply }) => tokensIn(reply))
}

/** Names of what the replies of a block's steps keep. */
export function stepKeeps(auth: Block): string[] {
  return stepsOf(auth).flatMap(({ reply }) => keepsIn(reply))
}

/** `token.name` of the tokens that a reply's paths name. */
export function tokensIn(reply: unknown): string[] {
  return Object.keys(record(record(reply).tokens)).map((name) => `token.${name}`)
}

/** Names of what a reply's paths keep. */
export function keepsIn(reply: unknown): string[] {
  return Object.keys(record(record(reply).keep))
}

/** The steps of a block, as far as they are objects. */
export function stepsOf(auth: Block): Block[] {
  return Array.isArray(auth.steps) ? auth.steps.map(record) : []
}

/** An object's members; none where it is anything else. */
export function record(value: unknown): Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Block) : {}
}

function urlField(path: string, text: string, filled: readonly string[]): TemplateField {
  const waits = /\{(?:token|kept|request)\b/.test(text)
  return { path, text, slot: 'url', receives: 'credential', filled, ...(waits && { afterToken: true }) }
}
