/** Has the browser save a document as a file of JSON. */
export function saveFile(name: string, document_: unknown): void {
  const file = new Blob([`${JSON.stringify(document_, undefined, 2)}\n`], { type: 'application/json' })
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
