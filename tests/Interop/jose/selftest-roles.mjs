// The consumer half against the provider half over HTTP: named grants, second tries, proofs, and answers that are spoilt.
import assert from 'node:assert/strict';
import { certificate, readCertificate } from './certificate.mjs';
import { Consumer, UnprovenResponse } from './consumer.mjs';
import { keysOf } from './keys.mjs';
import { Provider } from './provider.mjs';
import { SPOILT, serve } from './site.mjs';
import { now } from './wire.mjs';

const BODY = Buffer.from('{"title":"A first issue"}');
const NAMES = Object.keys(SPOILT);

/** Returns the number of exchanges; fail is called with what went wrong. */
export async function testBothRoles({ application, tracker, fail }) {
  const trust = await readCertificate(await certificate(application));
  const pinned = await readCertificate(await certificate(tracker));
  const conditions = { allowSelf: true, allowDelegation: true, delegatedFrom: ['desk:1'], scopes: ['issues.read'] };
  let count = 0;
  const start = (settings = {}, clock) =>
    serve({
      providerOf: (base) =>
        new Provider({
          id: tracker.id,
          keys: keysOf(tracker),
          baseUrls: [base],
          trusts: [{ ...trust, ...conditions }],
          requiredHeaders: ['Idempotency-Key'],
          ...settings,
        }),
      clock,
    });
  const consumerOf = ({ base }, more = {}) => {
    const consumer = new Consumer({ application, provider: pinned, base, ...more });
    return (uri, { method = 'GET', user = 'fred', ...request } = {}) => {
      count++;
      return consumer.send({ method, uri, user, ...request });
    };
  };
  const test = async (name, run) => {
    try {
      await run();
    } catch (error) {
      fail(`both roles, ${name}: ${error.stack}`);
    }
  };
  const keysSent = ({ attempts }) => attempts.map(({ key }) => key);
  const read = ({ content }) => JSON.parse(content);

  const site = await start();
  for (const proof of [false, true]) {
    const words = proof ? 'with proofs' : 'without proofs';
    await test(`named, ${words}`, async () => {
      const ask = consumerOf(site, { proof });
      assert.deepEqual(keysSent(await ask('/whoami')), [true]);
      const second = await ask('/whoami');
      assert.deepEqual([keysSent(second), read(second).key, read(second).user], [[false], false, 'fred']);
      const posted = await ask('/whoami', { method: 'POST', content: BODY, contentType: 'application/json' });
      assert.deepEqual([keysSent(posted), read(posted).content], [[true], BODY.toString('base64')]);
      assert.deepEqual(keysSent(await ask('/whoami', { method: 'POST' })), [true]);
      assert.deepEqual(keysSent(await ask('/whoami', { method: 'PUT', content: BODY })), [true]);
      assert.deepEqual(keysSent(await ask('/empty', { method: 'DELETE' })), [false]);
    });
    await test(`the provider has lost its grants, ${words}`, async () => {
      const ask = consumerOf(site, { proof });
      await ask('/whoami');
      site.provider.change(application.id, { ...trust, ...conditions });
      const lost = await ask('/whoami');
      assert.deepEqual([keysSent(lost), lost.status], [[false, true], 200]);
      assert.equal(lost.attempts[0].code, 'GRANT_NEEDED');
      for (let left = 4; left > 0; left--) assert.deepEqual(keysSent(await ask('/whoami')), [true]);
      assert.deepEqual(keysSent(await ask('/whoami')), [false]);
    });
    await test(`a grant that was never sent, ${words}`, async () => {
      assert.deepEqual(keysSent(await consumerOf(site, { proof, nameAtOnce: true })('/whoami')), [false, true]);
    });
    await test(`act, scope and hdr, ${words}`, async () => {
      const ask = consumerOf(site, { proof });
      const bind = { 'Idempotency-Key': 'abc-1' };
      const passed = await ask('/whoami', { act: [application.id, 'desk:1'], scope: ['issues.read'], bind });
      assert.deepEqual([read(passed).actors, read(passed).scopes], [['desk:1'], ['issues.read']]);
      for (const [request, code] of [
        [{ act: [application.id, 'mail:2'] }, 'PERMISSION_DENIED'],
        [{ scope: ['issues.write'] }, 'PERMISSION_DENIED'],
        [{ headers: bind }, 'BAD_SIGNATURE'],
        [{ act: [application.id] }, 'SYSTEM'],
      ]) {
        const sent = ask('/whoami', request);
        if (proof && code === 'SYSTEM') await assert.rejects(sent, UnprovenResponse);
        else assert.equal((await sent).code, code);
      }
    });
    await test(`a clock that is wrong, ${words}`, async () => {
      for (const off of [-200, 200]) {
        const ask = consumerOf(site, { proof, clock: () => now() + off });
        const answer = await ask('/whoami');
        assert.deepEqual([answer.status, answer.attempts.length, answer.code], [200, 2, null]);
      }
    });
  }
  await test('every kind of response is proven', async () => {
    const ask = consumerOf(site, { proof: true });
    for (const [uri, status, request = {}] of [
      ['/whoami', 200],
      ['/whoami', 200, { method: 'HEAD' }],
      ['/whoami', 200, { user: null }],
      ['/empty', 204],
      ['/not-modified', 304],
      ['/redirect', 302],
      ['/gzip', 200],
      ['/fails', 500],
      ['/stream', 200],
      ['/stream', 200, { method: 'HEAD' }],
      ['/stream-of-nothing', 200],
    ]) {
      const answer = await ask(uri, request);
      assert.deepEqual([answer.status, answer.code, answer.proof.sts], [status, null, status], uri);
    }
    assert.equal((await ask('/redirect')).proof.hdr.location, '/elsewhere?x=1');
    await assert.rejects(ask('/unproven'), UnprovenResponse);
    assert.equal((await consumerOf(site, { proof: true, allowUnproven: true })('/unproven')).status, 200);
  });
  await test('a spoilt response is noticed', async () => {
    const ask = consumerOf(site, { proof: true });
    for (const name of NAMES) await assert.rejects(ask(`/spoilt/${name}`), UnprovenResponse, name);
    for (const name of NAMES.filter((one) => !one.startsWith('stream')))
      await assert.rejects(ask(`/spoilt/${name}`, { method: 'POST' }), UnprovenResponse, name);
  });
  await test('a clock that is further off is not corrected', async () => {
    const ask = consumerOf(site, { proof: true, clock: () => now() + 400 });
    await assert.rejects(ask('/whoami'), UnprovenResponse);
  });
  await test('a provider that knows nobody', async () => {
    site.provider.change(application.id, null);
    await assert.rejects(consumerOf(site, { proof: true })('/whoami'), UnprovenResponse);
    assert.equal((await consumerOf(site)('/whoami')).code, 'APP_UNKNOWN');
  });
  site.close();

  const concealing = await start({ conceal: true });
  await test('trusts are concealed', async () => {
    const ask = consumerOf(concealing);
    await ask('/whoami');
    concealing.provider.change(application.id, null);
    const answer = await ask('/whoami');
    assert.deepEqual(
      answer.attempts.map(({ key, code }) => [key, code]),
      [
        [false, 'GRANT_NEEDED'],
        [true, 'BAD_GRANT'],
        [true, 'BAD_GRANT'],
      ],
    );
  });
  concealing.close();
  return count;
}
