namespace CloudPacs.Dicom.Network;

/// <summary>Serves N-GET (PS3.7 10.1.2) for the SOP classes it is registered for.</summary>
public interface IGetService : IDimseService
{
    /// <summary>
    /// Returns the attributes of an instance that <see cref="InstanceRequest.Attributes"/> names, or all when it names none, as
    /// <see cref="InstanceResult.DataSet"/>. Runs under the rules of <see cref="ICreateService.CreateAsync"/>.
    /// </summary>
    ValueTask<InstanceResult> GetAsync(InstanceRequest request, CancellationToken cancellationToken);
}
