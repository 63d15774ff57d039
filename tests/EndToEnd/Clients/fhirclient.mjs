// A session of fhirclient (SMART) with the FHIR endpoint: BASE-URL. Ends with an error where something is not as the standard has it.
import assert from 'node:assert/strict';
import fhirclient from 'fhirclient';

const { FhirClient } = fhirclient.default ?? fhirclient;
const client = new FhirClient(process.argv[2]);
const system = 'urn:fhirclient';
const named = (name) => ({ resourceType: 'Organization', name, identifier: [{ system, value: name }] });
const refused = async (status, call) => {
  await assert.rejects(call, (error) => {
    assert.equal(error.statusCode, status, error.message);
    return true;
  });
};

assert.equal(await client.getFhirRelease(), 4);
const created = await client.create(named('Radiology'));
const { id } = created;
const address = `Organization/${id}`;
assert.equal(created.meta.versionId, '1');
assert.deepEqual(await client.fhirRequest(address), created);
const again = await client.create(named('Radiology'), { headers: { 'if-none-exist': `identifier=${system}|Radiology` } });
assert.equal(again.id, id);

const seen = { headers: { 'if-match': 'W/"1"' } };
const updated = await client.update({ ...created, name: 'Imaging' }, seen);
assert.deepEqual([updated.name, updated.meta.versionId], ['Imaging', '2']);
await refused(412, client.update({ ...created, name: 'Late' }, seen));
await refused(400, client.create({ resourceType: 'Organization', nome: 'x' }));
await refused(404, client.fhirRequest('Organization/none'));

const patched = await client.patch(address, [{ op: 'add', path: '/active', value: true }, { op: 'replace', path: '/name', value: 'X-ray' }]);
assert.deepEqual([patched.name, patched.active, patched.meta.versionId], ['X-ray', true, '3']);
assert.equal((await client.fhirRequest(`${address}/_history/2`)).name, 'Imaging');
const history = await client.fhirRequest(`${address}/_history`);
assert.deepEqual(history.entry.map((entry) => entry.resource.meta.versionId), ['3', '2', '1']);

const temporary = 'urn:uuid:c757873d-ec9a-4326-a141-556f43239521';
const transact = (type, entry) => client.fhirRequest('', {
  method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify({ resourceType: 'Bundle', type, entry }),
});
const post = (resource, fullUrl) => ({ fullUrl, resource, request: { method: 'POST', url: resource.resourceType } });
const answer = await transact('transaction', [
  post({ resourceType: 'Practitioner', active: true }, temporary), post({ resourceType: 'PractitionerRole', practitioner: { reference: temporary } }),
  ...[1, 2, 3, 4].map((number) => post(named(`Ward ${number}`))),
]);
const [staff, role] = answer.entry.map((entry) => entry.resource);
assert.equal(role.practitioner.reference, `Practitioner/${staff.id}`);
const references = await client.getReferences(role, ['practitioner']);
assert.deepEqual(Object.values(references).map((resource) => resource.id), [staff.id]);
await refused(400, transact('transaction', [post(named('Lost')), post({ resourceType: 'Organization', nome: 'x' })]));
const batch = await transact('batch', [{ request: { method: 'GET', url: address } }, { request: { method: 'GET', url: 'Organization/none' } }]);
assert.deepEqual(batch.entry.map((entry) => entry.response.status.slice(0, 3)), ['200', '404']);

const names = [];
let pages = 0;
for await (const page of client.pages(`Organization?identifier=${system}|&_sort=name&_count=2`)) {
  pages++;
  names.push(...page.entry.map((entry) => entry.resource.name));
}
assert.deepEqual([pages, names], [3, ['Ward 1', 'Ward 2', 'Ward 3', 'Ward 4', 'X-ray']]);

await client.delete(address);
await refused(410, client.fhirRequest(address));
assert.deepEqual(((await client.fhirRequest(`Organization?_id=${id}`)).entry ?? []).length, 0);
assert.equal((await client.update({ ...created, name: 'Again' })).meta.versionId, '5');
assert.equal((await client.fhirRequest(`Organization?_id=${id}`)).entry[0].resource.name, 'Again');
process.stdout.write('done');
