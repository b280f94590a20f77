import type { Random } from '../ports.ts'

/** One part of a form. */
export interface FormPart {
  readonly name: string
  readonly filename: string | undefined
  readonly contentType: string | undefined
  readonly content: Buffer
}

/** A body of multipart/form-data (RFC 7578). */
export function multipartBody(parts: readonly FormPart[], random: Random): { content: Buffer; type: string } {
  const boundary = `sallyport-${random.bytes(16).toString('hex')}`
  const pieces = parts.flatMap((part) => [
    Buffer.from(`--${boundary}\r\n${headOf(part)}\r\n\r\n`),
    part.content,
    Buffer.from('\r\n'),
  ])
  return {
    content: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  }
}

function headOf({ name, filename, contentType }: FormPart): string {
  const file = filename === undefined ? '' : `; filename="${escaped(filename)}"`
  const type = contentType ?? (filename === undefined ? undefined : 'application/octet-stream')
  const disposition = `Content-Disposition: form-data; name="${escaped(name)}"${file}`
  return type === undefined ? disposition : `${disposition}\r\nContent-Type: ${type}`
}

/** As browsers write names in forms (HTML, multipart/form-data encoding algorithm). */
function escaped(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
