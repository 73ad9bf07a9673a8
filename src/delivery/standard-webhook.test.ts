import { expect, test } from 'vitest';
import { DeliveryFailure } from './delivery-failure.ts';
import { signedHeaders } from './standard-webhook.ts';

// The example of https://github.com/standard-webhooks/standard-webhooks (libraries).
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' };
const at = 1_614_265_330_000;
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

test('a message is signed as the standard has it', () => {
  expect(signedHeaders(message, `${secret}\n`, at)).toEqual({
    'webhook-id': message.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': signature,
  });
});

test('with several secrets it has a signature of each, for a receiver that changes over', () => {
  const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const { 'webhook-signature': signatures } = signedHeaders(message, `${other}\n${secret}`, at);
  expect(signatures?.split(' ')).toEqual([expect.stringMatching(/^v1,/), signature]);
});

test.each(['', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_', 'whsec_c2hvcnQ=', `${secret} x`])(
  'a file with "%s" is no secret, and is not repeated',
  (text) => {
    const sign = () => signedHeaders(message, text, at);
    expect(sign).toThrow(DeliveryFailure);
    expect(sign).toThrow(
      /^the secret file holds no signing secret: "whsec_" and at least 24 bytes/,
    );
  },
);
