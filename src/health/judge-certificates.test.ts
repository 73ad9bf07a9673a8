import { describe, expect, test } from 'vitest';
import { rootOne, rootTwo } from '../../test/data/certificates.ts';
import { aNode, aSwarm } from '../../test/unit/world.ts';
import { certificatesIn } from '../swarm/certificates.ts';
import { judgeCertificates } from './judge-certificates.ts';

const day = 86_400_000;
const from = Date.parse('2026-01-01T00:00:00Z');
const validity = { from, until: from + 100 * day };
const [root] = certificatesIn(rootOne);
const until = root!.validToDate.getTime();
const m1 = aNode('m1', { Role: 'manager' });
const w1 = aNode('w1');

function judged(now: number, TrustRoot = rootOne, seen = new Map([[m1.ID, validity]])) {
  return judgeCertificates(
    { swarm: { ...aSwarm(), TLSInfo: { TrustRoot } }, nodes: [w1, m1] },
    seen,
    now,
  );
}

describe('certificates', () => {
  test('are the root, what managers showed, and what nobody can see', () => {
    expect(judged(from)).toMatchObject([
      { kind: 'root', name: 'root', nodeId: null, expiresAt: until, expiring: false, message: '' },
      { kind: 'node', name: 'm1', nodeId: m1.ID, expiresAt: validity.until, expiring: false },
      { kind: 'node', name: 'w1', expiresAt: null, expiring: false },
    ]);
    expect(judged(from)[2]?.message).toContain('worker');
    expect(judged(from, rootOne, new Map())[1]?.message).toContain('could not be asked');
    expect(judged(from, 'no PEM')[0]).toMatchObject({ expiresAt: null, expiring: false });
  });

  test('are about to end when less than a fifth is left', () => {
    expect(judged(from + 80 * day)[1]?.expiring).toBe(false);
    const late = judged(from + 80 * day + 1)[1];
    expect(late?.expiring).toBe(true);
    expect(late?.message).toContain('m1 ends on 2026-04-11, in 19 days');
    expect(judged(validity.until)[1]?.message).toContain('m1 ended on 2026-04-11.');
  });

  test('of the root come with the remedy; of several roots the first to end counts', () => {
    const last = judged(until - day)[0];
    expect(last).toMatchObject({ expiring: true, message: expect.stringContaining('ca_rotation') });
    const ends = [rootOne, rootTwo].map((pem) => certificatesIn(pem)[0]!.validToDate.getTime());
    expect(judged(from, rootTwo + rootOne)[0]?.expiresAt).toBe(Math.min(...ends));
  });
});
