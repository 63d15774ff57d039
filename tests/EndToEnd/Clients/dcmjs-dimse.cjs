// Queries a modality worklist with dcmjs-dimse and prints the answers as JSON: HOST PORT KEYS
const { Client, log, requests } = require('dcmjs-dimse');

log.setLevel('error');
const [host, port, keys] = process.argv.slice(2);
const request = requests.CFindRequest.createWorklistFindRequest(JSON.parse(keys));
const found = [];
request.on('response', (response) => {
  // Pending is FF00, or FF01 where a key of the usual query, such as StudyID, is none of a worklist.
  if (response.hasDataset()) found.push(response.getDataset().getElements());
});
let isDone = false;
request.on('done', () => {
  isDone = true;
});
const client = new Client();
client.addRequest(request);
client.on('networkError', (error) => {
  // The library may write to a socket that it has ended itself, after the last answer.
  if (!isDone) throw error;
});
process.on('exit', () => process.stdout.write(JSON.stringify(found)));
client.send(host, Number(port), 'DCMJS', 'CLOUDPACS');
