/** Why a SOPS file could not be decrypted. Says nothing of what is inside: leaked values in such errors have been real bugs (https://github.com/fluxcd/kustomize-controller/pull/1372). */
export class SopsError extends Error {
  override name = 'SopsError';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
