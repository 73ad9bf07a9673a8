/** Stands where a file says `!reset`: the value of the files before is dropped. */
export class Reset {
  readonly tag = '!reset';
}

/** Stands where a file says `!override`: the value replaces that of the files before instead of being merged. */
export class Override {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}
