// Reports performed procedure steps with dcmjs-dimse, one after the other on one association, and prints a line of JSON for each answer:
// HOST PORT FILE, where the file holds a list of { "create": UID | "set": UID, "attributes": { KEYWORD: VALUE } }
const fs = require('fs');
const { Client, Dataset, constants, log, requests } = require('dcmjs-dimse');

log.setLevel('error');
const [host, port, file] = process.argv.slice(2);
const { SopClass } = constants;
const client = new Client();
let left = 0;
for (const report of JSON.parse(fs.readFileSync(file, 'utf8'))) {
  const request = report.create
    ? new requests.NCreateRequest(SopClass.ModalityPerformedProcedureStep, report.create)
    : new requests.NSetRequest(SopClass.ModalityPerformedProcedureStep, report.set);
  request.setDataset(new Dataset({ _vrMap: {}, ...report.attributes }));
  request.on('response', (response) => {
    process.stdout.write(`${JSON.stringify({ status: response.getStatus(), comment: response.getErrorComment() || '' })}\n`);
    left--;
  });
  left++;
  client.addRequest(request);
}
client.on('networkError', (error) => {
  // The library may write to a socket that it has ended itself, after the last answer.
  if (left > 0) throw error;
});
client.send(host, Number(port), 'CT7', 'CLOUDPACS');
