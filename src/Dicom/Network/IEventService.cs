namespace CloudPacs.Dicom.Network;

/// <summary>
/// Takes N-EVENT-REPORT (PS3.7 10.1.1), which the side that provides a service sends: on an association that it asked for in that role, or
/// on one that we asked for (<see cref="DicomClientOptions.Events"/>).
/// </summary>
public interface IEventService : IDimseService
{
    /// <summary>
    /// Takes the event that <see cref="InstanceRequest.TypeId"/>, the Event Type ID, names. What holds for
    /// <see cref="ICreateService.CreateAsync"/> holds here.
    /// </summary>
    ValueTask<InstanceResult> TakeEventAsync(InstanceRequest request, CancellationToken cancellationToken);
}
