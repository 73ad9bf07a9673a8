export interface Piece {
  bytes: Buffer;
  /** on the piece that ends a request's head: what is asked */
  request?: { method: string; path: string };
}

type State =
  | { reading: 'head' }
  | { reading: 'body'; left: number }
  | { reading: 'chunks' }
  | { reading: 'anything' };

const HEAD_END = '\r\n\r\n';

/**
 * Cuts what a client sends over one connection into pieces at the heads of HTTP/1.1 requests. No byte is changed or lost: a head
 * is held back until it is complete. After an upgrade all bytes are one body without end.
 */
export class RequestReader {
  #state: State = { reading: 'head' };
  #held = Buffer.alloc(0);

  read(bytes: Buffer): Piece[] {
    const pieces: Piece[] = [];
    let rest = Buffer.concat([this.#held, bytes]);
    this.#held = Buffer.alloc(0);
    while (rest.length > 0) {
      const piece = this.#next(rest);
      if (piece === undefined) {
        this.#held = rest;
        break;
      }
      pieces.push(piece);
      rest = rest.subarray(piece.bytes.length);
    }
    return pieces;
  }

  #next(bytes: Buffer): Piece | undefined {
    const state = this.#state;
    if (state.reading === 'head') return this.#head(bytes);
    if (state.reading === 'body') return this.#body(bytes, state.left);
    if (state.reading === 'chunks') return this.#chunks(bytes);
    return { bytes };
  }

  #head(bytes: Buffer): Piece | undefined {
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return undefined;
    const head = bytes.subarray(0, end).toString('latin1');
    const [method = '', target = ''] = head.split(' ', 2);
    this.#state = afterHead(head);
    return {
      bytes: bytes.subarray(0, end + HEAD_END.length),
      request: { method, path: target.replace(/^\/v\d+\.\d+(?=\/)/, '') },
    };
  }

  #body(bytes: Buffer, left: number): Piece {
    const taken = bytes.subarray(0, left);
    this.#state =
      taken.length === left ? { reading: 'head' } : { reading: 'body', left: left - taken.length };
    return { bytes: taken };
  }

  /** One chunk, with its size line and its end; the one of size 0 is the last. Trailers are not understood: Docker sends none. */
  #chunks(bytes: Buffer): Piece | undefined {
    const line = bytes.indexOf('\r\n');
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(0, line).toString('latin1'), 16);
    const length = line + 2 + size + 2;
    if (bytes.length < length) return undefined;
    if (size === 0) this.#state = { reading: 'head' };
    return { bytes: bytes.subarray(0, length) };
  }
}

function afterHead(head: string): State {
  if (/^upgrade:/im.test(head)) return { reading: 'anything' };
  if (/^transfer-encoding:\s*chunked/im.test(head)) return { reading: 'chunks' };
  const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
  return length === 0 ? { reading: 'head' } : { reading: 'body', left: length };
}
