import type { Service } from '../swarm/types.ts';
import { degraded, progressing, type ServiceHealth } from './service-health.ts';

/**
 * What Swarm says of the last update; undefined when it says nothing or that it completed. No status does not mean that
 * nothing happens, and `completed` does not mean that the tasks still run: they are counted beside it.
 */
export function judgeUpdateStatus(service: Service): ServiceHealth | undefined {
  const told = service.UpdateStatus?.Message ?? '';
  const why = told === '' ? '' : ` (${told})`;
  switch (service.UpdateStatus?.State) {
    case 'updating':
      return progressing('Updating', 'Swarm replaces the tasks.');
    case 'paused':
      return degraded(
        'RolloutPaused',
        `Swarm paused the update because tasks failed${why}: correct the spec. The same spec is not sent again, since that would stop tasks which still run.`,
      );
    case 'rollback_started':
      return degraded('RollingBack', `Tasks failed, and Swarm goes back to the spec before${why}.`);
    case 'rollback_paused':
      return degraded(
        'RollbackPaused',
        `The update failed, and going back failed too${why}: correct the spec.`,
      );
    case 'rollback_completed':
      return degraded(
        'RolledBack',
        `The update failed, and Swarm went back to the spec before${why}: correct the spec. The same one is not sent again.`,
      );
    default:
      return undefined;
  }
}
