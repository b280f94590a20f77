import type { HttpStep, OperationRequest, ReplySelection, Step } from '@sallyport/contract'
import { choice, type Field, type Fields, type FieldsOf, plain, type Raw } from './fields.ts'
import { pagingVariants } from './paging-fields.ts'

export type StepKind = Step['kind']
type Common = 'kind' | 'name' | 'description' | 'when'

export interface StepKindWords {
  readonly label: string
  /** What it does, in a sentence. */
  readonly does: string
  readonly blank: Raw
  readonly fields: Fields
}

const from: Field = {
  label: 'From',
  help: 'JSON, or a template as {steps.find.body}',
  control: plain('json'),
}
const encoding: Field = { label: 'Encoding', control: choice(['text', 'base64'], 'text'), isMore: true }
const adapter: Field = {
  label: 'Adapter',
  help: 'By which this step calls, where it is another than the operation’s',
  control: plain('adapter'),
  isMore: true,
}

export const bodyField: Field = {
  label: 'Body',
  control: {
    kind: 'variants',
    by: 'member',
    of: {
      json: {
        label: 'JSON',
        blank: { json: {} },
        fields: { json: { label: 'JSON body', control: plain('json') } },
      },
      form: {
        label: 'Form',
        blank: { form: {} },
        fields: {
          form: { label: 'Field', control: plain('members') },
          brackets: { label: 'Lists and objects as items[0][price]', control: plain('flag') },
        },
      },
      raw: {
        label: 'Raw text',
        blank: { raw: '' },
        fields: {
          raw: { label: 'Text', control: plain('lines'), isKept: true },
          contentType: { label: 'Content-Type', help: 'Default text/plain', control: plain('text') },
          encoding,
        },
      },
      xml: {
        label: 'XML',
        blank: { xml: '' },
        fields: { xml: { ...from, label: 'XML', help: 'Text, or an object to build it from' } },
      },
      multipart: {
        label: 'Multipart',
        blank: { multipart: [{ name: 'file', value: '' }] },
        fields: {
          multipart: {
            label: 'Parts',
            help: 'A list of {name, value, filename, contentType, encoding}',
            control: plain('json'),
          },
        },
      },
    },
  },
}

export const requestFields: FieldsOf<OperationRequest> = {
  method: {
    label: 'Method',
    control: choice(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']),
    isShort: true,
  },
  path: { label: 'Path', help: 'After the base URL, as /contacts/{input.id}', control: plain('text') },
  url: {
    label: 'Whole address',
    help: 'In place of the path; within the hosts of the integration',
    control: plain('text'),
    isMore: true,
  },
  query: { label: 'Query', control: plain('members') },
  headers: { label: 'Header', control: plain('headers') },
  body: bodyField,
}

const replyFields: FieldsOf<ReplySelection> = {
  statuses: { label: 'Statuses that are no failure', help: 'Default 200 to 299', control: plain('numbers') },
  as: {
    label: 'Read the body as',
    help: 'auto: by its Content-Type; stream: the run answers with this body as it comes',
    control: choice(['auto', 'json', 'text', 'base64', 'xml', 'stream'], 'auto'),
  },
  pick: {
    label: 'Keep only',
    help: 'JSON Pointer, as /records/0; or several by name, as {"id": "/id"}',
    control: plain('json'),
  },
  map: { label: 'Map', help: 'JSONata over the body, after that', control: plain('expression') },
}

const httpFields: FieldsOf<HttpStep, Common> = {
  ...requestFields,
  paging: { label: 'Pages', control: { kind: 'variants', by: 'kind', of: pagingVariants }, isMore: true },
  reply: { label: 'Reply', control: { kind: 'group', fields: replyFields }, isMore: true },
  timeoutSeconds: { label: 'Seconds to the first byte', control: plain('number'), isMore: true },
  retries: { label: 'Retries', control: plain('number'), isMore: true },
  adapter,
}

const algorithms = (['HS', 'RS', 'ES', 'PS'] as const)
  .flatMap((family) => (['256', '384', '512'] as const).map((bits) => `${family}${bits}`))
  .concat('EdDSA')

type Kinds = {
  readonly [K in StepKind]: Omit<StepKindWords, 'fields'> & {
    readonly fields: FieldsOf<Extract<Step, { kind: K }>, Common>
  }
}

/** What each kind of step is, and how it is filled in. */
export const stepKinds: Kinds = {
  http: {
    label: 'HTTP request',
    does: 'Calls the API.',
    blank: { method: 'GET', path: '' },
    fields: httpFields,
  },
  transform: {
    label: 'Transform',
    does: 'Computes a value by JSONata.',
    blank: { expression: '' },
    fields: {
      expression: {
        label: 'Expression',
        help: 'JSONata over {input, steps, profile}',
        control: plain('expression'),
      },
    },
  },
  sftp: {
    label: 'SFTP',
    does: 'Lists, gets, puts or deletes files.',
    blank: { action: 'list', path: '' },
    fields: {
      action: { label: 'Action', control: choice(['list', 'get', 'put', 'delete']), isShort: true },
      path: { label: 'Path', control: plain('text'), isKept: true },
      content: { label: 'Content', help: 'Of put', control: plain('lines') },
      encoding: { ...encoding, help: 'Of what is put or got' },
      adapter,
    },
  },
  jwt: {
    label: 'JWT',
    does: 'Signs a token by a secret of the account.',
    blank: { algorithm: 'RS256', key: 'secret.privateKey', payload: {} },
    fields: {
      algorithm: { label: 'Algorithm', control: choice(algorithms), isShort: true },
      key: {
        label: 'Key',
        help: 'A secret parameter of the account, or as secret.privateKey',
        control: plain('text'),
      },
      keyEncoding: {
        label: 'Encoding of a shared secret',
        control: choice(['utf8', 'base64'], 'utf8'),
        isMore: true,
      },
      payload: { label: 'Payload', control: plain('json') },
      header: { label: 'Header', control: plain('json'), isMore: true },
      expiresInSeconds: { label: 'Seconds until it expires', control: plain('number') },
      adapter,
    },
  },
  xml: {
    label: 'XML',
    does: 'Parses or builds XML.',
    blank: { action: 'parse', from: '' },
    fields: {
      action: { label: 'Action', control: choice(['parse', 'build']) },
      from: { ...from, help: 'Text to parse, or an object to build from' },
      arrays: {
        label: 'Elements that are always lists',
        help: 'One path a line',
        control: plain('texts'),
        isMore: true,
      },
      attributePrefix: {
        label: 'Before attributes',
        help: 'Default @',
        control: plain('text'),
        isMore: true,
      },
      textName: { label: 'Name of the text', help: 'Default #text', control: plain('text'), isMore: true },
    },
  },
  validate: {
    label: 'Validate',
    does: 'Holds a value against a JSON Schema.',
    blank: { from: '', schema: { type: 'object' } },
    fields: {
      from,
      schema: { label: 'JSON Schema', control: plain('json') },
      document: { label: 'A whole document instead', control: choice(['openapi'], 'none'), isMore: true },
      onFault: { label: 'Where it does not hold', control: choice(['fail', 'return'], 'fail') },
    },
  },
  zip: {
    label: 'Zip',
    does: 'Creates or reads an archive.',
    blank: { action: 'create', entries: [] },
    fields: {
      action: { label: 'Action', control: choice(['create', 'read']) },
      entries: {
        label: 'Entries',
        help: 'Of create: a list of {path, content, encoding}',
        control: plain('json'),
      },
      from: { label: 'Archive', help: 'Of read: in base64', control: plain('text') },
      encoding: { ...encoding, help: 'Of entries that are read' },
    },
  },
  wait: {
    label: 'Wait',
    does: 'Waits.',
    blank: { seconds: 1 },
    fields: { seconds: { label: 'Seconds', help: 'Up to 900, or a template', control: plain('json') } },
  },
  run: {
    label: 'Run an operation',
    does: 'Runs another operation by the same account.',
    blank: { operation: '', input: {} },
    fields: {
      operation: { label: 'Operation', control: plain('operation') },
      input: { label: 'Input', control: plain('members') },
    },
  },
  return: {
    label: 'Return',
    does: 'Ends the operation early with a value.',
    blank: { value: null },
    fields: { value: { label: 'Value', help: 'JSON, or a template', control: plain('json') } },
  },
  try: {
    label: 'Try',
    does: 'Takes steps, and others where one of them fails.',
    blank: { steps: [], catch: [] },
    fields: {
      steps: { label: 'Steps that are tried', control: plain('steps') },
      catch: {
        label: 'Steps where one fails',
        help: 'See {error.code}, {error.status} and {error.message}',
        control: plain('steps'),
      },
    },
  },
}

/** What every step may say besides. */
export const commonFields: Fields = {
  when: {
    label: 'Only when',
    help: 'JSONata: other than true, the step is left out',
    control: plain('expression'),
    isMore: true,
  },
  description: { label: 'Description', control: plain('lines'), isMore: true },
}

/** What is known of a kind that somebody wrote; undefined of one that there is not. */
export function wordsOf(kind: unknown): StepKindWords | undefined {
  return typeof kind === 'string' && Object.hasOwn(stepKinds, kind) ? stepKinds[kind as StepKind] : undefined
}
