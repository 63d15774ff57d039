// Queries a modality worklist with dcmjs-dimse and prints the answers as JSON: HOST PORT KEYS
const { Client, Dataset, log, requests } = require('dcmjs-dimse');

log.setLevel('error');
const [host, port, keys] = process.argv.slice(2);
const request = requests.CFindRequest.createWorklistFindRequest({});
// The library's usual keys include some that are none of a worklist (Study ID, Query/Retrieve Level). Their answers come with the status
// FF01, which the library takes for the end. Its empty Pregnancy Status goes out as 0.
request.setDataset(new Dataset({ PregnancyStatus: '', ...JSON.parse(keys) }));
const found = [];
request.on('response', (response) => {
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
