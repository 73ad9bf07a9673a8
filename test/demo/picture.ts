import { styleText } from 'node:util';
import type { Resource, Status } from '../../src/reconcile/operator.ts';
import type { SwarmNode, Task } from '../../src/swarm/types.ts';
import { table } from '../../src/cli/style.ts';

/** What the demo draws, over and over. */
export type View = {
  status: Status;
  resources: readonly Resource[];
  nodes: readonly SwarmNode[];
  tasks: readonly Task[];
  colour: boolean;
};

/** The cluster in one screen: every node with its labels and tasks, every unit with how it is. */
export function picture(view: View): string[] {
  const bold = (text: string) =>
    view.colour ? styleText('bold', text, { validateStream: false }) : text;
  return [
    ...table([
      ['NODE', 'ROLE', 'LABELS', 'TASKS'].map(bold),
      ...view.nodes.map((node) => nodeRow(view, node)),
    ]).split('\n'),
    '',
    ...table([
      ['UNIT', 'READY', 'SYNC', 'HEALTH', 'DOING'].map(bold),
      ...view.status.units.map(unitRow),
    ]).split('\n'),
  ];
}

/** Whether every unit is ready. */
export function hasConverged(status: Status): boolean {
  return status.units.length > 0 && status.units.every((unit) => unit.outcome?.result === 'ready');
}

function nodeRow({ tasks, resources }: View, node: SwarmNode): string[] {
  const labels = Object.entries(node.Spec.Labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const names = new Map(resources.map((resource) => [resource.id, resource.name]));
  const running = tasks
    .filter((task) => task.NodeID === node.ID && task.Status.State === 'running')
    .map(
      (task) =>
        `${names.get(task.ServiceID ?? '') ?? 'another'}${task.Slot ? `.${task.Slot}` : ''}`,
    );
  return [
    node.Description.Hostname,
    node.Spec.Role,
    labels.sort().join(' '),
    running.sort().join('  '),
  ];
}

function unitRow(unit: Status['units'][number]): string[] {
  const message = unit.outcome && 'message' in unit.outcome ? unit.outcome.message : '';
  return [
    unit.name,
    unit.outcome?.result ?? '-',
    unit.sync,
    unit.health,
    unit.operation ?? message,
  ];
}
