/** A stack of many services on one overlay, with no tasks: what is timed is the control plane. */
export function stackFile(services: number): string {
  const names = Array.from({ length: services }, (_, i) => `s${String(i).padStart(3, '0')}`);
  return [
    'version: "3.8"',
    'services:',
    ...names.flatMap((name, i) => [
      `  ${name}:`,
      '    image: busybox:1.36',
      '    command: ["sleep", "3600"]',
      `    environment: { NAME: ${name}, PORT: "${8000 + i}" }`,
      `    labels: { team: "t${i % 7}" }`,
      '    networks: [mesh]',
      '    deploy:',
      '      replicas: 0',
      '      resources: { limits: { memory: 64M } }',
    ]),
    'networks:',
    '  mesh:',
    '    driver: overlay',
    '    ipam: { config: [{ subnet: 10.20.0.0/16 }] }',
    '',
  ].join('\n');
}
