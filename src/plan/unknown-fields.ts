import type { DesiredObject } from '../desired/desired.ts';
import type { World } from '../kinds/kind.ts';
import { dropUnknown } from '../kinds/service/understood.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';

/** Says what of the files this Engine is too old for: it is left out, not sent again and again. */
export function unknownFields(objects: readonly DesiredObject[], world: World): Diagnostic[] {
  const { apiVersion } = world.snapshot;
  return objects.flatMap((object): Diagnostic[] => {
    if (object.kind !== 'service') return [];
    const dropped = dropUnknown(structuredClone(object.spec), apiVersion);
    if (dropped.length === 0) return [];
    return [
      {
        severity: 'warning',
        code: 'engine-too-old',
        message: `The Engine (API ${apiVersion}) does not know what ${object.name} asks for: ${dropped.join(', ')}. It is left out.`,
        remedy: 'Update the Engines, or take it out of the file.',
        unit: object.unit,
        ...(object.place && { place: object.place }),
      },
    ];
  });
}
