import { z } from 'zod'
import { IntegrationInput } from './integration.ts'
import { AnyIntegrationReply, ClientReference, OAuthClientInput, OAuthClientReply } from './oauth-client.ts'
import { Auth } from './schemes/index.ts'

/** JSON Schema (2020-12) as far as forms are made from it, with what people need besides. */
export interface FormSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, FormSchema>>
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, FormSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: FormSchema | boolean
  readonly items?: FormSchema
  readonly maxItems?: number
  readonly anyOf?: readonly FormSchema[]
  readonly oneOf?: readonly FormSchema[]
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  /** `template`: placeholders may stand in its texts. */
  readonly format?: string
  /** A secret: it is given, and never shown. */
  readonly writeOnly?: boolean
  /** Texts of many lines. */
  readonly 'x-multiline'?: boolean
  /** The part of a form that it belongs to, with all that is inside it. */
  readonly 'x-section'?: string
  /** Lower comes first. */
  readonly 'x-order'?: number
  /** Asked for also where an entry of the catalogue brings the rest. */
  readonly 'x-simple'?: boolean
  /** Cannot be changed once it is made. */
  readonly 'x-immutable'?: boolean
  /** Rarely wanted. */
  readonly 'x-detail'?: boolean
  /** Takes effect only where its neighbours have one of these values. */
  readonly 'x-when'?: Readonly<Record<string, readonly string[]>>
  /** What choices are called, where their values say too little. */
  readonly 'x-titles'?: Readonly<Record<string, string>>
  /** Placeholders that Sallyport fills there, beside the parameters; those of what is around count too. */
  readonly 'x-placeholders'?: readonly string[]
  /** Keys of which list may stand there. */
  readonly 'x-choices'?: string
}

/** What forms of definitions are made from. */
export interface DefinitionSchemas {
  readonly integration: DefinitionSchema
  readonly oauthClient: DefinitionSchema
}

/** One kind of definition. */
export interface DefinitionSchema {
  /** What is written. */
  readonly input: FormSchema
  /** Members that replies have besides. */
  readonly replyOnly: readonly string[]
}

/** The schemas of definitions as JSON Schema, made from those that the API checks by. */
export function definitionSchemas(): DefinitionSchemas {
  const integration = IntegrationInput.extend({
    auth: z
      .union([...Auth.options, ClientReference])
      .meta({ title: 'Authentication', 'x-section': 'authentication' }),
  })
  return {
    integration: definitionSchema(integration, AnyIntegrationReply),
    // There replies say where ours is, whatever is sent in its place.
    oauthClient: definitionSchema(OAuthClientInput, OAuthClientReply, ['redirectUri']),
  }
}

function definitionSchema(
  input: z.ZodObject,
  reply: z.ZodObject,
  covered: readonly string[] = [],
): DefinitionSchema {
  return {
    input: z.toJSONSchema(input, { io: 'input' }) as FormSchema,
    replyOnly: Object.keys(reply.shape).filter((name) => !(name in input.shape) || covered.includes(name)),
  }
}
