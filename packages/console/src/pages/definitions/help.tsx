/** A sentence in which what stands between backticks is code. */
export function Help({ text }: { readonly text: string }) {
  return text.split('`').map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text stay where they are
    index % 2 === 1 ? <code key={index}>{part}</code> : <span key={index}>{part}</span>,
  )
}

/** The same, for what may have no help. */
export function helpOf(text: string | undefined) {
  return text === undefined ? undefined : <Help text={text} />
}
