/** A Markdown table; cells may hold anything, bars and line breaks are made harmless. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replace(/\s*\n\s*/g, ' ');
}

export function page(title: string, intro: string, ...parts: string[]): string {
  const made = '<!-- Made from the code by "npm run reference"; edit the code. -->';
  return `${[`# ${title}`, made, intro, ...parts].join('\n\n')}\n`;
}
