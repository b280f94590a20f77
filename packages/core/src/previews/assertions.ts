/** A compact JWS (RFC 7515 §7.1) of JSON. */
const jwt = /\b(eyJ[\w-]+)\.(eyJ[\w-]+)\.[\w-]+/g

/** What a JWT says. */
export interface Assertion {
  readonly header: Record<string, unknown>
  readonly payload: Record<string, unknown>
}

/** The JWTs in texts of a request, each once, without their signatures. */
export function assertionsIn(
  texts: readonly string[],
  shown: (text: string) => string,
): readonly Assertion[] {
  const said = texts.flatMap((text) => [...text.matchAll(jwt)].flatMap(([, ...parts]) => read(parts)))
  return [...new Set(said)].map((text) => JSON.parse(shown(text)) as Assertion)
}

/** As JSON; nothing of what only looks like one. */
function read([header = '', payload = '']: readonly string[]): string[] {
  try {
    const [head, claims] = [header, payload].map(
      (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown,
    )
    return [JSON.stringify({ header: head, payload: claims })]
  } catch {
    return []
  }
}
