export type Json = Readonly<Record<string, unknown>>

/** A sound definition, with these fields instead of its own. */
export function api(fields: Json = {}): Json {
  return {
    key: 'sound',
    name: 'Sound',
    baseUrl: 'https://api.example.com',
    auth: { type: 'api_token' },
    ...fields,
  }
}

export function basic(auth: Json): Json {
  return api({ auth: { type: 'basic', ...auth } })
}

/** The same with `oauth2`: authorization code, and a client secret to be sent somewhere. */
export function oauth(auth: Json = {}, fields: Json = {}): Json {
  const sound = {
    type: 'oauth2',
    authorizationUrl: 'https://auth.example.com/authorize',
    tokenUrl: 'https://auth.example.com/token',
    clientId: 'client',
    clientSecret: 'client-secret',
  }
  return api({ ...fields, auth: { ...sound, ...auth } })
}

export function header(placement: Json): Json {
  return api({ placement: { in: 'header', ...placement } })
}

export function parameters(...list: readonly Json[]): Json {
  return api({ parameters: list })
}

export function request(fields: Json): Json {
  return api({ request: fields })
}

export function hosts(...list: readonly unknown[]): Json {
  return api({ baseUrl: 'https://{tenant}.example.com', parameters: [{ name: 'tenant' }], hosts: list })
}

export function without(definition: Json, ...names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(definition).filter(([name]) => !names.includes(name)))
}

/** What is wrong, the definition, and the one fault that it is refused with. */
export type BadDefinition = readonly [what: string, definition: unknown, path: string, code: string]
