namespace CloudPacs.Dicom.Network;

/// <summary>Serves N-ACTION (PS3.7 10.1.4) for the SOP classes it is registered for.</summary>
public interface IActionService : IDimseService
{
    /// <summary>
    /// Does what <see cref="InstanceRequest.TypeId"/>, the Action Type ID, means. What holds for <see cref="ICreateService.CreateAsync"/>
    /// holds here.
    /// </summary>
    ValueTask<InstanceResult> ActAsync(InstanceRequest request, CancellationToken cancellationToken);
}
