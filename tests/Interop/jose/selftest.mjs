// node selftest.mjs: the peer against itself; ends with 1 where it disagrees with its own variants.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { certificate, readCertificate } from './certificate.mjs';
import { keysOf, newApplication } from './keys.mjs';
import { judgeProof } from './proof.mjs';
import { Provider } from './provider.mjs';
import { send } from './send.mjs';
import { testBothRoles } from './selftest-roles.mjs';
import { serve } from './site.mjs';
import { certificates } from './variants-certificates.mjs';
import { proofs } from './variants-proofs.mjs';
import { REQUIRED_HEADERS, SETTINGS, counts, variants } from './variants.mjs';
import { codeOf, now } from './wire.mjs';

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));
const run = (command, question) =>
  JSON.parse(
    execFileSync(process.execPath, [beside('peer.mjs'), command], {
      input: JSON.stringify(question),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }),
  );

const [application, other, stranger, tracker] = await Promise.all(
  ['wiki:8731', 'blog:1', 'stranger:1', 'tracker:42'].map((id) =>
    newApplication({ id, bits: 2048, signing: id === 'wiki:8731' ? 2 : 1, encryption: id === 'tracker:42' ? 2 : 1 }),
  ),
);
const trusts = await Promise.all([application, other].map(async (one) => readCertificate(await certificate(one))));
const document = await certificate(tracker);
const repeated = (list) => list.map(({ name }) => name).filter((name, at, names) => names.indexOf(name) !== at);
const uri = '/rest/api/issues?q=open';

// ---- the certificate, read back and spoilt --------------------------------------------------------------------
for (const trust of trusts) assert.deepEqual(trust.problems, []);
const text = JSON.stringify(document);
let failures = 0;
const fail = (what) => {
  failures++;
  console.log(`FAILED ${what}`);
};
const documents = await certificates({ application, stranger, now: now() });
assert.deepEqual(repeated(documents), []);
for (const { name, expect, document: one } of documents) {
  const { problems } = await readCertificate(one);
  if ((expect === 'accepted') !== (problems.length === 0)) fail(`certificate, ${name}: not ${expect}: ${problems}`);
}

// ---- every variant, directly and over HTTP, under each setting --------------------------------------------------
const counted = new Set();
const about = { application, other, stranger, provider: document, method: 'GET' };

for (const [settings, { delegatedFrom, ...conditions }] of Object.entries(SETTINGS)) {
  const half = (base) =>
    new Provider({
      id: tracker.id,
      keys: keysOf(tracker),
      baseUrls: [base],
      requiredHeaders: REQUIRED_HEADERS,
      trusts: trusts.map((trust) => ({ ...trust, ...conditions, ...(delegatedFrom && { delegatedFrom }) })),
    });
  const at = now(); // a clock that stands still: a slow machine would age the variants that are almost too old

  // directly
  const base = 'http://localhost:8080/app';
  const provider = half(base);
  const list = await variants({ ...about, base, uri: `/app${uri}`, now: at });
  assert.deepEqual(repeated(list), []);
  for (const variant of list.filter((one) => counts(one, settings))) {
    counted.add(variant.name);
    for (const [index, step] of variant.steps.entries()) {
      const wanted = index === variant.steps.length - 1 ? variant : { expect: 'accepted', codes: [], ...step };
      const answer = await provider.open(
        {
          ...step,
          target: step.target.replace('{authority}', 'localhost:8080'),
          content: Buffer.from(step.content ?? '', 'base64'),
        },
        at,
      );
      const got = answer.accepted ? 'accepted' : answer.none ? 'none' : 'refused';
      const fine =
        got === wanted.expect &&
        (got !== 'refused' ||
          (wanted.codes.includes(answer.code) && (wanted.status ?? answer.status) === answer.status)) &&
        (got !== 'accepted' || wanted.user === undefined || wanted.user === answer.user);
      if (!fine)
        fail(
          `${variant.name}, step ${index}: ${got} ${answer.code ?? answer.user} (${answer.why}), not ${wanted.expect} ${wanted.codes}`,
        );
    }
  }

  // over HTTP
  const site = await serve({ providerOf: half, clock: () => at });
  const wire = (await variants({ ...about, base: site.base, uri, now: at })).filter(
    (one) => counts(one, settings) && one.steps[0].method !== 'get', // node knows no such method
  );
  for (const answer of await send({ url: site.base, variants: wire }))
    if (!answer.asExpected) fail(`${answer.name} over HTTP: ${JSON.stringify(answer)}`);
  site.close();
}

// ---- every proof ------------------------------------------------------------------------------------------------------
const proven = await proofs({ ...about, base: 'http://localhost:8080', uri, now: now() });
assert.deepEqual(repeated(proven), []);
for (const one of proven) {
  const { problem } = judgeProof(one);
  if ((one.expect === 'good') !== (problem === undefined)) fail(`proof, ${one.name}: ${problem}, not ${one.expect}`);
}

// ---- both roles against each other ----------------------------------------------------------------------------------
const roles = await testBothRoles({ application, tracker, fail });

// ---- the command line -------------------------------------------------------------------------------------------
assert.equal(codeOf('BAD_GRANT;\tno {0};\t["x"]'), 'BAD_GRANT');
for (const bad of ['BAD_GRANT', 'BAD_GRANT; no; []', 'BAD_GRANT;\tno;\t[1]', 'BAD_GRANT;\tno;\t["x"];\tx'])
  assert.equal(codeOf(bad), 'MALFORMED', bad);

const made = run('new-application', { id: 'made:1', bits: 2048, signing: 2, encryption: 1, name: 'Made' });
const { problems, kids } = run('read-certificate', { certificate: made.certificate });
assert.deepEqual([problems, kids.length], [[], 3]);
const question = {
  application: made,
  provider: document,
  base: 'http://localhost:8080',
  user: 'жанна',
  method: 'POST',
  uri,
  content: Buffer.from('{}').toString('base64'),
  contentType: 'application/json',
};
const { headers, grant } = run('headers', question);
const opening = {
  provider: { id: tracker.id, keys: tracker.keys, baseUrls: ['http://localhost:8080'] },
  consumer: run('certificate', { application: made }),
  headers,
  request: { method: 'POST', uri, content: question.content, contentType: 'application/json' },
  now: now(),
};
const allowed = { accepted: true, user: 'жанна', actors: [], scopes: [] };
assert.deepEqual(run('open', opening), allowed);
assert.equal(run('open', { ...opening, request: { ...opening.request, method: 'PUT' } }).code, 'BAD_SIGNATURE');
assert.equal(run('open', { ...opening, now: now() + 300 }).code, 'OLD_CERT');
assert.deepEqual(run('open', { ...opening, headers: run('headers', { ...question, grant }).headers }), allowed);
const { user, content, contentType, ...itself } = question;
const alone = { ...opening, headers: run('headers', itself).headers, request: { method: 'POST', uri } };
assert.equal(run('open', alone).code, 'PERMISSION_DENIED');
assert.deepEqual(run('open', { ...alone, allowSelf: true }), { ...allowed, user: null });
assert.throws(
  () => run('headers', { ...question, provider: {} }),
  (error) => error.status === 2,
);

// ---- serve.mjs ----------------------------------------------------------------------------------------------------
const folder = mkdtempSync(path.join(os.tmpdir(), 'peer4-'));
try {
  writeFileSync(path.join(folder, 'certificate.json'), `${text}\n`);
  const free = net.createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address();
  free.close();
  const serving = spawn(process.execPath, [beside('serve.mjs'), `${port}`, path.join(folder, 'certificate.json')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(serving.stdout, 'data');
  assert.equal(`${line}`, 'listening\n');
  const response = await fetch(`http://127.0.0.1:${port}/.well-known/trusted-app`);
  assert.equal(response.headers.get('content-type'), 'application/jose+json');
  assert.deepEqual((await readCertificate(await response.text())).problems, []);
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404);
  serving.stdin.end();
  assert.deepEqual(await once(serving, 'exit'), [0, null]);
} finally {
  rmSync(folder, { recursive: true });
}

console.log(
  `${documents.length} certificates, ${counted.size} variants directly and over HTTP, ${proven.length} proofs, ${roles} exchanges of both roles; ${failures} failed`,
);
process.exitCode = failures ? 1 : 0;
