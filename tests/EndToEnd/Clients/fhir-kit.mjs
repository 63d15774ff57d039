// A session of fhir-kit-client with the FHIR endpoint: BASE-URL. Ends with an error where something is not as the standard has it.
import assert from 'node:assert/strict';
import { Client } from 'fhir-kit-client';

const client = new Client({ baseUrl: process.argv[2] });
const etagOf = (resource) => `W/"${resource.meta.versionId}"`;
const refused = async (status, call) => {
  await assert.rejects(call, (error) => {
    assert.equal(error.response.status, status);
    assert.equal(error.response.data.resourceType, 'OperationOutcome');
    return true;
  });
};

const statement = await client.capabilityStatement();
assert.equal(statement.fhirVersion, '4.0.1');
const declared = statement.rest[0].resource.find((type) => type.type === 'Organization').interaction.map((i) => i.code);
for (const code of ['create', 'update', 'patch', 'delete', 'vread', 'history-instance']) assert.ok(declared.includes(code), code);

const created = await client.create({ resourceType: 'Organization', body: { resourceType: 'Organization', name: 'Radiology' } });
const id = created.id;
assert.equal(created.meta.versionId, '1');
assert.deepEqual(await client.read({ resourceType: 'Organization', id }), created);

const updated = await client.update({
  resourceType: 'Organization', id, body: { ...created, name: 'Imaging' }, options: { headers: { 'If-Match': etagOf(created) } },
});
assert.equal(updated.meta.versionId, '2');
await refused(412, client.update({
  resourceType: 'Organization', id, body: { ...created, name: 'Late' }, options: { headers: { 'If-Match': etagOf(created) } },
}));
await refused(400, client.create({ resourceType: 'Organization', body: { resourceType: 'Organization', nome: 'x' } }));

const patched = await client.patch({
  resourceType: 'Organization', id, jsonPatch: [{ op: 'add', path: '/active', value: true }, { op: 'replace', path: '/name', value: 'X-ray' }],
});
assert.deepEqual([patched.name, patched.active, patched.meta.versionId], ['X-ray', true, '3']);
assert.equal((await client.vread({ resourceType: 'Organization', id, version: '2' })).name, 'Imaging');
const history = await client.resourceHistory({ resourceType: 'Organization', id });
assert.deepEqual(history.entry.map((entry) => entry.resource.meta.versionId), ['3', '2', '1']);

for (const name of ['Ward 1', 'Ward 2', 'Ward 3']) {
  await client.create({ resourceType: 'Organization', body: { resourceType: 'Organization', name, alias: ['fhir-kit'] } });
}
const names = [];
const wards = { 'name:contains': 'fhir-kit', _sort: '-name', _count: 2 };
for (let page = await client.search({ resourceType: 'Organization', searchParams: wards }); page; page = await client.nextPage({ bundle: page })) {
  names.push(...page.entry.map((entry) => entry.resource.name));
}
assert.deepEqual(names, ['Ward 3', 'Ward 2', 'Ward 1']);

const answer = await client.transaction({ body: {
  resourceType: 'Bundle', type: 'transaction', entry: [
    { fullUrl: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520', resource: { resourceType: 'Practitioner', active: true }, request: { method: 'POST', url: 'Practitioner' } },
    { resource: { resourceType: 'PractitionerRole', practitioner: { reference: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520' } }, request: { method: 'POST', url: 'PractitionerRole' } },
  ],
} });
assert.equal(answer.entry[1].resource.practitioner.reference, `Practitioner/${answer.entry[0].resource.id}`);
const batch = await client.batch({ body: {
  resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: `Organization/${id}` } }, { request: { method: 'GET', url: 'Organization/none' } }],
} });
assert.deepEqual(batch.entry.map((entry) => entry.response.status.slice(0, 3)), ['200', '404']);

await client.delete({ resourceType: 'Organization', id });
await refused(410, client.read({ resourceType: 'Organization', id }));
const revived = await client.update({ resourceType: 'Organization', id, body: { ...created, name: 'Again' } });
assert.equal(revived.meta.versionId, '5');
process.stdout.write('done');
