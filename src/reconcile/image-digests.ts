import type { Logger } from 'pino';
import type { DesiredObject, DesiredService } from '../desired/desired.ts';
import { stackLabels } from '../desired/labels.ts';
import type { AuthFor } from '../kinds/send-write.ts';
import { parseReference } from '../registry/reference.ts';
import { resolveImage } from '../registry/resolve-image.ts';
import type { Engine } from '../swarm/engine.ts';
import type { ServiceSpec } from '../swarm/types.ts';
import type { Clock } from './clock.ts';
import type { Observation } from './observation.ts';

/** When registries are asked what a tag is: at every look, when the image in the file is another one than before, or never. */
export type ResolveImage = 'always' | 'changed' | 'never';

/** By image as written, to the reference with its digest. */
export type Pins = ReadonlyMap<string, string>;

const answerKeptMs = 60_000;
/** A registry out of reach must not hold up a rollout for long: its nodes look the tag up on their own then. */
const patienceMs = 10_000;

type Parts = { clock: Clock; log: Logger; auth: AuthFor | undefined; policy: ResolveImage };

/** Pins the tags of new and changed services, so that all nodes and all replicas run the same image. */
export class ImageDigests {
  readonly #parts: Parts;
  readonly #asked = new Map<string, { at: number; answer: Promise<string | undefined> }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async pin(objects: readonly DesiredObject[], observation: Observation): Promise<Pins> {
    const { policy } = this.#parts;
    if (policy === 'never') return new Map();
    const always = policy === 'always';
    const wanted = new Set(
      objects.filter((one) => isTagged(one) && (always || isNews(one, observation))).map(imageOf),
    );
    const found = await Promise.all(
      [...wanted].map(async (image) => {
        const known = always ? undefined : pinOfSibling(image, objects, observation);
        return [image, known ?? (await this.#ask(image, observation.engine))] as const;
      }),
    );
    return new Map(found.flatMap(([image, pin]) => (pin === undefined ? [] : [[image, pin]])));
  }

  #ask(image: string, engine: Engine): Promise<string | undefined> {
    const now = this.#parts.clock.now();
    const asked = this.#asked.get(image);
    if (asked !== undefined && now - asked.at < answerKeptMs) return asked.answer;
    const answer = this.#lookUp(image, engine);
    this.#asked.set(image, { at: now, answer });
    return answer;
  }

  async #lookUp(image: string, engine: Engine): Promise<string | undefined> {
    const { auth, clock, log } = this.#parts;
    const ended = new AbortController();
    const distribution = async (reference: string) => {
      const registryAuth = await auth?.(reference);
      return engine.distribution(reference, registryAuth === undefined ? {} : { registryAuth });
    };
    const resolved = resolveImage({ policy: 'changed', image, distribution }).finally(() =>
      ended.abort(),
    );
    const late = clock.sleep(patienceMs, ended.signal).then(() => undefined);
    const answer = await Promise.race([resolved, late]);
    if (answer?.warning === undefined && answer !== undefined) return answer.image;
    log.warn({ image, why: answer?.warning ?? 'no answer in time' }, 'an image keeps its tag');
    return undefined;
  }
}

function isTagged(object: DesiredObject): object is DesiredService {
  return object.kind === 'service' && parseReference(imageOf(object))?.digest === undefined;
}

/** Not there yet, or there with another image. */
function isNews(object: DesiredService, { services }: Observation): boolean {
  const live = services.get(object.name);
  return live === undefined || writtenImage(live.Spec) !== writtenImage(object.spec);
}

/** What other services of the unit run for the same tag: one unit does not run two versions of it. */
function pinOfSibling(
  image: string,
  objects: readonly DesiredObject[],
  { services }: Observation,
): string | undefined {
  const pins = objects.flatMap((object) => {
    const live = object.kind === 'service' ? services.get(object.name)?.Spec : undefined;
    if (live === undefined || writtenImage(live) !== image) return [];
    return live.TaskTemplate.ContainerSpec?.Image ?? [];
  });
  return pins.find((pin) => pin.includes('@'));
}

function writtenImage(spec: ServiceSpec): string | undefined {
  return spec.Labels?.[stackLabels.image];
}

function imageOf(object: DesiredObject): string {
  return (object.kind === 'service' && object.spec.TaskTemplate.ContainerSpec?.Image) || '';
}
