/** Markdown with its code blanked, so that an example is not mistaken for a link or a heading. */
export function withoutCodeBlocks(markdown: string): string {
  return markdown.replace(/^ {0,3}(```+|~~~+)[\s\S]*?(?:^ {0,3}\1[ \t]*$|$(?![\s\S]))/gm, blanked)
}

export function withoutCode(markdown: string): string {
  return withoutCodeBlocks(markdown).replace(/(`+)[^`\n]+\1/g, blanked)
}

/** The anchors that GitHub gives the headings of a page, and those set by hand. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  const text = withoutCodeBlocks(markdown)
  for (const [, heading = ''] of text.matchAll(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm)) {
    const anchor = slug(heading)
    let unique = anchor
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`
    anchors.add(unique)
  }
  for (const [, name = ''] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(name)
  return anchors
}

function slug(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-')
}

function blanked(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}
