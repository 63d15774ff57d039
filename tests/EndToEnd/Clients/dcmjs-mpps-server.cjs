// A manager of performed procedure steps with dcmjs-dimse: takes N-CREATE, N-SET and N-EVENT-REPORT, and prints a line of JSON for each: PORT
const { Server, Scp, constants, log, responses } = require('dcmjs-dimse');

log.setLevel('error');
const { PresentationContextResult, SopClass, Status, TransferSyntax } = constants;
const served = [SopClass.ModalityPerformedProcedureStep, '1.2.840.10008.3.1.2.3.5'];
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

class Manager extends Scp {
  associationRequested(association) {
    this.association = association;
    for (const { id } of association.getPresentationContexts()) {
      const context = association.getPresentationContext(id);
      if (served.includes(context.getAbstractSyntaxUid())) context.setResult(PresentationContextResult.Accept, TransferSyntax.ExplicitVRLittleEndian);
      else context.setResult(PresentationContextResult.RejectAbstractSyntaxNotSupported);
    }
    this.sendAssociationAccept();
  }

  nCreateRequest(request, callback) {
    this.take('N-CREATE', request.getAffectedSopInstanceUid(), request, responses.NCreateResponse, callback);
  }

  nSetRequest(request, callback) {
    this.take('N-SET', request.getRequestedSopInstanceUid(), request, responses.NSetResponse, callback);
  }

  nEventReportRequest(request, callback) {
    this.take('N-EVENT-REPORT', request.getAffectedSopInstanceUid(), request, responses.NEventReportResponse, callback, request.getEventTypeId());
  }

  associationReleaseRequested() {
    this.sendAssociationReleaseResponse();
  }

  take(operation, uid, request, answer, callback, event) {
    const dataset = request.getDataset();
    print({ operation, uid, event, calling: this.association.getCallingAeTitle(), attributes: dataset ? dataset.getElements() : {} });
    const response = answer.fromRequest(request);
    response.setStatus(Status.Success);
    callback(response);
  }
}

const server = new Server(Manager);
server.on('networkError', (error) => process.stderr.write(`${error}\n`));
server.listen(Number(process.argv[2]));
print({ operation: 'listening' });
