// Storage commitment with dcmjs-dimse, as a modality asks for it and as one takes the report; prints lines of JSON:
//   ask PORT CALLING TRANSACTION WAIT CLASS=INSTANCE...   N-ACTION; stays WAIT ms for a report on the same association
//   listen PORT                                           takes N-EVENT-REPORT and N-CREATE until it is killed
const { Client, Server, Scp, Dataset, constants, log, requests, responses } = require('dcmjs-dimse');

log.setLevel('error');
const { PresentationContextResult, Status, TransferSyntax } = constants;
const COMMITMENT = '1.2.840.10008.1.20.1';
const COMMITMENT_INSTANCE = '1.2.840.10008.1.20.1.1';
const AVAILABILITY = '1.2.840.10008.5.1.4.33';
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const take = (operation, uid, request, answer, callback, rest) => {
  const dataset = request.getDataset();
  print({ operation, uid, ...rest, attributes: dataset ? dataset.getElements() : {} });
  const response = answer.fromRequest(request);
  response.setStatus(Status.Success);
  callback(response);
};

function ask([port, calling, transaction, wait, ...references]) {
  const action = new requests.NActionRequest(COMMITMENT, COMMITMENT_INSTANCE, 1);
  action.setDataset(new Dataset({
    _vrMap: {},
    TransactionUID: transaction,
    ReferencedSOPSequence: references.map((reference) => {
      const [ReferencedSOPClassUID, ReferencedSOPInstanceUID] = reference.split('=');
      return { ReferencedSOPClassUID, ReferencedSOPInstanceUID };
    }),
  }));
  action.on('response', (response) => print({ operation: 'N-ACTION', status: response.getStatus(), comment: response.getErrorComment() || '' }));
  const client = new Client();
  client.addRequest(action);
  client.on('nEventReportRequest', (request, callback) =>
    take('N-EVENT-REPORT', request.getAffectedSopInstanceUid(), request, responses.NEventReportResponse, callback, { event: request.getEventTypeId() }));
  client.on('networkError', (error) => { process.stderr.write(`${error}\n`); process.exitCode = 1; });
  client.send('127.0.0.1', Number(port), calling, 'CLOUDPACS', { associationLingerTimeout: Number(wait) });
}

class Listener extends Scp {
  associationRequested(association) {
    this.association = association;
    for (const { id } of association.getPresentationContexts()) {
      const context = association.getPresentationContext(id);
      if ([COMMITMENT, AVAILABILITY].includes(context.getAbstractSyntaxUid())) context.setResult(PresentationContextResult.Accept, TransferSyntax.ExplicitVRLittleEndian);
      else context.setResult(PresentationContextResult.RejectAbstractSyntaxNotSupported);
    }
    this.sendAssociationAccept();
  }

  nEventReportRequest(request, callback) {
    take('N-EVENT-REPORT', request.getAffectedSopInstanceUid(), request, responses.NEventReportResponse, callback, { event: request.getEventTypeId(), calling: this.association.getCallingAeTitle() });
  }

  nCreateRequest(request, callback) {
    take('N-CREATE', request.getAffectedSopInstanceUid(), request, responses.NCreateResponse, callback, { calling: this.association.getCallingAeTitle() });
  }

  associationReleaseRequested() {
    this.sendAssociationReleaseResponse();
  }
}

const [verb, ...rest] = process.argv.slice(2);
if (verb === 'ask') ask(rest);
else {
  const server = new Server(Listener);
  server.on('networkError', (error) => process.stderr.write(`${error}\n`));
  server.listen(Number(rest[0]));
  print({ operation: 'listening' });
}
