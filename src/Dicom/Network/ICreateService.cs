namespace CloudPacs.Dicom.Network;

/// <summary>Serves N-CREATE (PS3.7 10.1.5) for the SOP classes it is registered for.</summary>
public interface ICreateService : IDimseService
{
    /// <summary>
    /// Makes an instance of what <see cref="InstanceRequest.DataSet"/> says. A request without an instance UID leaves that to the service,
    /// which then gives it in the result. It begins on the association's own loop: it must await, never block. The end of the association
    /// cancels the token; letting the <see cref="OperationCanceledException"/> pass is the right answer. Any other exception is answered
    /// with 0110H.
    /// </summary>
    ValueTask<InstanceResult> CreateAsync(InstanceRequest request, CancellationToken cancellationToken);
}
