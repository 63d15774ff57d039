using System.Net;

namespace CloudPacs.Dicom.Network;

/// <summary>
/// Receives what happens on a server, for logs. Called from any thread; must be quick and must not throw. Each method does nothing unless
/// implemented.
/// </summary>
public interface IDicomServerObserver
{
    void AssociationAccepted(AssociationInfo association)
    {
    }

    void AssociationRejected(AssociationInfo association, AssociationRejection rejection)
    {
    }

    /// <param name="association">Which one.</param>
    /// <param name="end">"released", or how it broke.</param>
    void AssociationEnded(AssociationInfo association, string end)
    {
    }

    /// <summary>A service or policy threw; the peer got a failure status or a rejection.</summary>
    void Failed(AssociationInfo association, string operation, Exception exception)
    {
    }

    /// <summary>A connection ended before it became an association: TLS failed, no DICOM peer, too many at once.</summary>
    void ConnectionFailed(EndPoint? remote, string reason)
    {
    }
}
