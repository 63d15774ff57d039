using System.Net;
using CloudPacs.Dicom.Network;

namespace CloudPacs.Integration.Hosting;

/// <summary>Writes what happens on the DICOM port to the log: titles and addresses, no identifiers of patients.</summary>
internal sealed class DicomLog(ILogger logger) : IDicomServerObserver
{
    public void AssociationAccepted(AssociationInfo association) => Log.AssociationAccepted(logger, association);

    public void AssociationRejected(AssociationInfo association, AssociationRejection rejection) =>
        Log.AssociationRejected(logger, association, rejection);

    public void AssociationEnded(AssociationInfo association, string end) => Log.AssociationEnded(logger, association, end);

    public void Failed(AssociationInfo association, string operation, Exception exception) =>
        Log.DicomOperationFailed(logger, exception, operation, association);

    public void ConnectionFailed(EndPoint? remote, string reason) => Log.DicomConnectionFailed(logger, remote, reason);
}
