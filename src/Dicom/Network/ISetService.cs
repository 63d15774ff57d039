namespace CloudPacs.Dicom.Network;

/// <summary>Serves N-SET (PS3.7 10.1.3) for the SOP classes it is registered for.</summary>
public interface ISetService : IDimseService
{
    /// <summary>
    /// Changes an instance by the modification list in <see cref="InstanceRequest.DataSet"/>. Runs under the rules of
    /// <see cref="ICreateService.CreateAsync"/>.
    /// </summary>
    ValueTask<InstanceResult> SetAsync(InstanceRequest request, CancellationToken cancellationToken);
}
