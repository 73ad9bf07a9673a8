import { isUtf8 } from 'node:buffer';

/**
 * The text of a file in UTF-8, or in UTF-16 when it begins with that encoding's mark, as YAML has it and editors on Windows
 * write it: https://yaml.org/spec/1.2.2/#52-character-encodings. Undefined when it is neither, or binary.
 */
export function decodeText(bytes: Buffer): string | undefined {
  const wide = wideEncoding(bytes);
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes);
  const isText = isUtf8(bytes) && !bytes.includes(0);
  return isText ? new TextDecoder().decode(bytes) : undefined;
}

function wideEncoding(bytes: Buffer): string | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}
