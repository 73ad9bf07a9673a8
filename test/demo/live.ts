/** Draws a block of lines over the one before at a terminal; elsewhere writes it only when it changed. */
export function liveBlock(out: NodeJS.WriteStream): (lines: readonly string[]) => void {
  let drawn: readonly string[] = [];
  return (lines) => {
    if (lines.join('\n') === drawn.join('\n')) return;
    const up = out.isTTY && drawn.length > 0 ? `\u001B[${drawn.length}A\u001B[J` : '';
    const width = out.isTTY ? out.columns : Infinity;
    out.write(`${up}${lines.map((line) => cut(line, width)).join('\n')}\n${out.isTTY ? '' : '\n'}`);
    drawn = lines;
  };
}

/** A line that wraps would count as two when it is drawn over. Colours are left out of the count by being cut generously. */
function cut(line: string, width: number): string {
  return line.length > width * 2 ? line.slice(0, width) : line;
}
