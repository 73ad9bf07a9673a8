import { expect, test } from 'vitest';
import { withoutEngineRules } from '../../harness/engine/firewall.ts';
import { mountPoints } from '../../harness/engine/mounts.ts';
import { overlaps, parseRoutes } from '../../harness/network.ts';

const OWN_RULES = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A FORWARD -i wg0 -j ACCEPT
COMMIT
`;

test('a rule set without an Engine stays as it is, even with a closed FORWARD chain', () => {
  const closed = OWN_RULES.replace('FORWARD ACCEPT', 'FORWARD DROP');
  expect(withoutEngineRules(closed)).toBe(closed);
});

test("an Engine's chains, rules and policy go, and one's own rules stay", () => {
  const saved = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A FORWARD -j DOCKER-USER
-A FORWARD -o skep-t17 -j DOCKER
-A FORWARD -i skep-t17 ! -o skep-t17 -j ACCEPT
-A FORWARD -i br-0123456789ab -j ACCEPT
-A FORWARD -i wg0 -j ACCEPT
-A DOCKER-USER -j RETURN
COMMIT
`;
  expect(withoutEngineRules(saved)).toBe(OWN_RULES);
});

test('mount points come innermost first, with blanks in their names', () => {
  const mountinfo = [
    '30 1 254:0 / / rw - ext4 /dev/vda rw',
    '61 30 0:50 / /var/lib/skep-test/engine rw - ext4 /dev/vda rw',
    String.raw`62 61 0:51 / /var/lib/skep-test/engine/a\040b rw - overlay overlay rw`,
  ].join('\n');
  expect(mountPoints(mountinfo)).toEqual([
    '/var/lib/skep-test/engine/a b',
    '/var/lib/skep-test/engine',
    '/',
  ]);
});

test('a subnet is taken when a route leads into it or around it', () => {
  const table = [
    'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0',
    'br-1\t0007630A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0',
    'tun0\t0080630A\t00000000\t0001\t0\t0\t0\t0080FFFF\t0',
    'tun1\t2009630A\t00000000\t0001\t0\t0\t0\tE0FFFFFF\t0',
  ].join('\n');
  const routes = parseRoutes(table);
  const taken = (prefix: string) => routes.some((route) => overlaps(route, prefix));
  expect(['10.99.7', '10.99.200', '10.99.9'].map(taken)).toEqual([true, true, true]);
  expect(['10.99.8', '10.99.6', '10.99.127', '192.0.2'].map(taken)).toEqual(Array(4).fill(false));
});
