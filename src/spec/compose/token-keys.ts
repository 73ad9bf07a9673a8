import { deliveries } from './deliveries.ts';
import { scheduleKeys, settleSchedule } from './schedule.ts';
import { strictObject } from './strict-object.ts';

const token = strictObject({
  ...scheduleKeys,
  deliver: deliveries.exactOptional().meta({
    description: 'Where each new token goes, whoever made it.',
  }),
}).transform(settleSchedule);

/** The key `tokens`. */
export const tokens = strictObject({
  worker: token.exactOptional().meta({ description: 'The token that workers join with.' }),
  manager: token.exactOptional().meta({ description: 'The token that managers join with.' }),
});
