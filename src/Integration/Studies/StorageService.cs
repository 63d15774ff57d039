using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Studies.Archives;
using CloudPacs.Studies.Intake;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Studies;

/// <summary>C-STORE of all storage SOP classes (PS3.4 annex B): what is received is kept as it came.</summary>
internal sealed class StorageService(
    InstanceIntake intake, AwaitedInstances awaited, StudyDoor door, StationDirectory stations, ILogger<StorageService> logger)
    : IStoreService
{
    public DataSetDelivery Delivery => DataSetDelivery.Streamed();

    /// <summary>
    /// Explicit before deflated and implicit little endian, else what is lossless, else what there is, unless the station is to compress;
    /// never big endian, which nobody needs.
    /// </summary>
    public TransferSyntax? ChooseTransferSyntax(IReadOnlyList<string> proposed, string callingAe) =>
        StorageSyntaxes.Choose(proposed, stations.ProfileOf(callingAe).PrefersCompressed);

    /// <summary>Who fetches instances by C-GET takes them as storage SCP (PS3.4 C.5.3).</summary>
    public RoleSelection ChooseRoles(RoleSelection proposed) => proposed;

    public async ValueTask<StoreResult> StoreAsync(StoreRequest request, CancellationToken cancellationToken)
    {
        if (awaited.Take(request) is { } asked) return await asked.GiveAsync(request, cancellationToken);
        var station = stations.ProfileOf(request.Association.CallingAe);
        var source = request.Association.RemoteEndPoint?.ToString() ?? "";
        ReceivedInstance received;
        try
        {
            var meta = Part10.CreateMeta(
                request.SopClassUid, request.SopInstanceUid, request.TransferSyntax, request.Association.CallingAe);
            received = station.KeptBy is { } archive
                ? await InstanceIntake.PassAsync(request.DataSet, request.TransferSyntax, archive, cancellationToken)
                : await intake.TakeAsync(request.DataSet, meta, request.TransferSyntax, cancellationToken);
        }
        catch (ArchiveException e)
        {
            Log.InstanceNotKept(logger, e, station.CallingAeTitle);
            return new StoreResult(DimseStatus.OutOfResources, StorageStatus.Of(e));
        }

        var name = new InstanceName(request.SopClassUid, request.SopInstanceUid);
        var outcome = await door.StoreAsync(received, name, station, source, cancellationToken);
        if (outcome is null) return new StoreResult(DimseStatus.OutOfResources, StorageStatus.DatabaseAway);
        foreach (var problem in outcome.Problems) Log.InstanceProblem(logger, station.CallingAeTitle, problem.Code, problem.Text);
        // A modality takes a warning for a failure and sends again: what is kept aside is a success that says so.
        return outcome.Problems.FirstOrDefault(static problem => problem.IsError) is { } error
            ? new StoreResult(StorageStatus.Of(error.Code), error.Text)
            : StoreResult.Success with { ErrorComment = outcome.Problems is [var remark, ..] ? remark.Text : null };
    }
}
